"""What a template becomes: its texts are said straight away, without the detours of a call.

A page says a hundred and fifty texts and calls macros a hundred times. The toolkit looks at each
call anew: whether it takes the context, whether what it returns has to be escaped.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Literal

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro

from core.i18n import translate

SAYS: Literal["_"] = "_"
PLAIN = frozenset((FunctionType, MethodType, BuiltinFunctionType))


class Generator(CodeGenerator):
    """Writes the code of a template; ``_('…')`` becomes a plain call that needs no escaping."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802 - as the toolkit names it
        """Write a call."""
        if not self._is_text(node, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("environment.say(")
        self.visit(node.args[0], frame)
        for one in node.kwargs:
            self.write(f", {one.key}=")
            self.visit(one.value, frame)
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_said(node, frame):
            self.write("(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _is_said(self, node: nodes.Expr, frame: Frame) -> bool:
        """Return whether an output is a text whose values are escaped already."""
        is_safe = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        return is_safe and isinstance(node, nodes.Call) and self._is_text(node, frame)

    def _is_text(self, node: nodes.Call, frame: Frame) -> bool:
        """Return whether a call says a text that stands in the template, by the name of all."""
        return (
            isinstance(node.node, nodes.Name)
            and node.node.name == SAYS
            and frame.symbols.find_load(frame.symbols.ref(SAYS)) == ("resolve", SAYS)
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and node.dyn_args is None
            and node.dyn_kwargs is None
            and all(one.key.isidentifier() for one in node.kwargs)
        )


class Calls(Context):
    """What a template knows; what nearly all calls are about is called without a look at it."""

    def call(self, called: Any, /, *args: Any, **values: Any) -> Any:
        """Return what a macro, a function or anything else that a template calls returns."""
        kind = type(called)
        if kind is not Macro and (kind not in PLAIN or hasattr(called, "jinja_pass_arg")):
            return super().call(called, *args, **values)
        values.pop("_loop_vars", None)
        values.pop("_block_vars", None)
        return called(self.eval_ctx, *args, **values) if kind is Macro else called(*args, **values)


class Page(Template):
    """A template that knows what all of them know, and nothing of its own.

    So macros are imported as they are, without comparing a hundred names at each import.
    """

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        del ctx
        return super()._get_default_module()


class Templates(Environment):
    """The templates of the application."""

    template_class = Page
    code_generator_class = Generator
    context_class = Calls
    say = staticmethod(translate)
