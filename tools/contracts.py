"""A contract for import-linter: modules that may import nothing but what is named."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


class OnlyContract(Contract):
    """Importers that may import the standard library, the allowed modules and their own kind.

    Modules below an importer are bound too, and may import each other. The built-in contracts
    name what is forbidden; a list of that kind misses the next library.
    """

    type_name = "only"

    importers = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed = fields.SetField(subfield=fields.ModuleField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001
        allowed = {module.name for module in self.allowed}  # type: ignore[attr-defined]
        found = [
            f"{module} imports {imported}"
            for importer in _names(graph, self.importers)
            for module in sorted({importer} | graph.find_descendants(importer))
            for imported in sorted(graph.find_modules_directly_imported_by(module))
            if not _is_allowed(imported, importer, allowed)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(line)


def _names(graph: ImportGraph, expressions: Any) -> list[str]:
    modules = module_expressions_to_modules(graph, expressions)
    return sorted(module.name for module in modules)


def _is_allowed(imported: str, importer: str, allowed: set[str]) -> bool:
    top = imported.partition(".")[0]
    return (
        top in sys.stdlib_module_names
        or imported in allowed
        or imported == importer
        or imported.startswith(f"{importer}.")
    )
