"""Published statistics: frozen editions, each place with those right below it, and as a file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import Response, abort, render_template

from core.access.marks import module, public
from core.exports.writing import Sheet, write_csv
from core.filters import full_day
from core.i18n import gettext
from core.sharing import shared
from core.switches import Module
from core.web import asked
from supervision.public.labels import cells, heads
from supervision.public.queries import editions as queries
from supervision.public.routes.blueprint import MAX_CODE, bp
from supervision.public.rules import EditionStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from supervision.public.queries.editions import Line, Told

TONES = {
    EditionStatus.PUBLISHED: "ok",
    EditionStatus.CORRECTED: "warn",
    EditionStatus.TAKEN_BACK: "neutral",
}


@bp.get("/statistics")
@module(Module.PUBLIC_STATISTICS)
@public
@shared
def statistics() -> ResponseReturnValue:
    """Show the edition that stands, the newest year first: the province and its cities."""
    known = queries.editions()
    standing = [one for one in known if one.status is EditionStatus.PUBLISHED]
    return _page(standing[0] if standing else None, known)


@bp.get("/statistics/<code>")
@module(Module.PUBLIC_STATISTICS)
@public
@shared
def edition(code: str) -> ResponseReturnValue:
    """Show one edition: as it was published, with what became of it."""
    return _page(_known(code), queries.editions())


@bp.get("/statistics/<code>/csv")
@module(Module.PUBLIC_STATISTICS)
@public
@shared
def edition_csv(code: str) -> Response:
    """Give out every line of an edition as a table for a spreadsheet; numbers are plain."""
    found = _known(code)
    if found.status is EditionStatus.TAKEN_BACK:
        abort(404)
    lines, file = queries.all_lines_of(found.id), BytesIO()
    told = gettext("数据截至 %(date)s", date=full_day(found.as_of))
    sheet = Sheet("", [told], [gettext("地区"), gettext("代码"), *heads()], [], len(lines))
    rows = ([line.name, line.code, *_plain(line)] for line in lines)
    write_csv(file, sheet, rows)
    answer = Response(file.getvalue(), mimetype="text/csv")
    name = f"statistics-{found.year}-{found.number}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(found: Told | None, known: Sequence[Told]) -> ResponseReturnValue:
    place = asked("in", MAX_CODE)
    lines: Sequence[Line] = []
    if found is not None and found.status is not EditionStatus.TAKEN_BACK:
        lines = queries.lines_of(found.id, place)
        if not lines:
            abort(404)
    parents = {line.parent_id for line in lines}
    return render_template(
        "public/statistics.html",
        found=found,
        known=known,
        lines=lines,
        is_top=not place,
        opens=lambda line: line.level == "city" and line.place_id not in parents,
        heads=heads(),
        cells=cells,
        tones=TONES,
    )


def _known(code: str) -> Told:
    found = queries.edition_of_code(code[:MAX_CODE])
    if found is None:
        abort(404)
    return found


def _plain(line: Line) -> list[str]:
    """Return the cells of a line without separators of thousands."""
    return [cell.replace(",", "") for cell in cells(line.values)]
