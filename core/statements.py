"""Statements that pages ask again and again: put into words once, sent past the session (ADR 0034).

The toolkit looks at a statement anew each time that it is executed, and the session looks for an
object in each row. A kept statement remembers its words, the order of its values, and what makes
values of Python from those of the database; what is left is the journey. Its rows are plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Select, any_, bindparam
from sqlalchemy.sql import visitors

from core.database import db, is_postgresql, write_intent

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, CompoundSelect, Dialect
    from sqlalchemy.engine import Connection

    Reading = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

Row = Sequence[Any]
Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
LISTS = (list, tuple)
#: What is written out where it is the same whenever a statement is asked.
PLAIN = (str, int)
#: Long lists are filled up to one of these lengths, so that few statements are kept.
LENGTHS = (1, 25, 250, 1000)


class Kept:
    """A reading statement that selects columns, asked with values by name.

    Where it names several values for ``in_``, they are given as a list or a tuple. One that
    ``locks`` may wait for others and fail so that the request runs again: the toolkit sends it.
    """

    def __init__(self, statement: Reading, *, locks: bool = False) -> None:
        """Keep a statement; it is put into words when it is asked for the first time."""
        self._given = statement
        self.locks = locks
        self._texts: dict[tuple[str, tuple[int, ...]], _Text] = {}

    @cached_property
    def statement(self) -> Reading:
        """The statement with its codes and numbers written out, values yet to be given.

        SQLite looks for a plan anew whenever it is given a value of a column that a partial index
        is about, which takes longer than most answers; PostgreSQL may take such an index at once.
        """
        return visitors.cloned_traverse(self._given, _AS_A_COPY, {"bindparam": _write_out})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the rows."""
        return tuple(column.key or "" for column in self.statement.selected_columns)

    def rows(self, values: Values) -> Sequence[Row]:
        """Return every row for these values."""
        session = db.session()
        if write_intent.get():
            session.flush()
        connection = session.connection()
        if self.locks or connection.dispatch.before_cursor_execute:
            return self._watched(connection, values)
        text = self._text(connection.dialect, values)
        try:
            cursor = text.cursor(connection)
            cursor.execute(text.words, text.parameters(values))
            found = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error:
            return self._watched(connection, values)  # fails again, and as every failure is told
        return text.read(cursor.description, found)

    def row(self, values: Values) -> Row | None:
        """Return the first row for these values, None where there is none."""
        found = self.rows(values)
        return found[0] if found else None

    def _watched(self, connection: Connection, values: Values) -> Sequence[Row]:
        """Ask by the toolkit, which tells listeners, and failures in its own words."""
        return connection.execute(self.statement, values).all()

    def _text(self, dialect: Dialect, values: Values) -> _Text:
        sizes = tuple(len(value) for value in values.values() if isinstance(value, LISTS))
        found = self._texts.get((dialect.name, sizes))
        if found is None:
            found = self._texts[dialect.name, sizes] = _Text(self.statement, dialect, values)
        return found


class Among:
    """A reading statement for many values of one column; PostgreSQL gets them as one array."""

    def __init__(self, statement: Select[*tuple[Any, ...]], column: Any) -> None:
        """Keep a statement; the values are given when it is asked, and need not be few."""
        array = bindparam("among", type_=ARRAY(column.type))
        some: Any = bindparam("among", expanding=True)
        self._by_array = Kept(statement.where(column == any_(array)))
        self._by_list = Kept(statement.where(column.in_(some)))

    def rows(self, among: Iterable[Any], values: Values | None = None) -> Iterator[Row]:
        """Return every row that has one of the values, and fits what else the statement names."""
        kept = self._by_array if is_postgresql() else self._by_list
        for some in portions(among):
            yield from kept.rows({"among": some, **(values or {})})


def portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Return values in lists of one of few lengths; the last value fills the last list up."""
    wanted, most = list(values), LENGTHS[-1]
    for at in range(0, len(wanted), most):
        some = wanted[at : at + most]
        length = next(length for length in LENGTHS if len(some) <= length)
        yield some + some[-1:] * (length - len(some))


#: How the toolkit itself copies a statement to put other values into it.
_AS_A_COPY = {"maintain_key": True, "detect_subquery_cols": True}


def _write_out(value: BindParameter[Any]) -> None:
    """Have a value written into the words, unless it is given by name."""
    found = value.value if value.unique else None
    parts = found if isinstance(found, LISTS) else (found,)
    if found is not None and all(isinstance(one, PLAIN) for one in parts):
        value.literal_execute = True


def _writers(compiled: Any) -> Mapping[str, Convert]:
    """Return what makes values of the database from those of Python, by the names of values."""
    dialect = compiled.dialect
    found = (
        (name, value.type.dialect_impl(dialect).bind_processor(dialect))
        for value, name in compiled.bind_names.items()
    )
    return {name: write for name, write in found if write is not None}


class _Places(dict[str, str]):
    """The places of values in words for PostgreSQL, $1 for the one that stands first.

    The driver would look for names in the words again each time that they are long.
    """

    def __missing__(self, name: str) -> str:
        self[name] = f"${len(self) + 1}"
        return self[name]


class _Text:
    """The words of a statement for one database, with lists of so many values."""

    def __init__(self, statement: Reading, dialect: Dialect, values: Values) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(values)
        self.words, self.order = state.statement, state.positiontup
        if self.order is None:
            places = _Places()
            self.words, self.order = state.statement % places, list(places)
        self.dialect = dialect
        self.types = [column.type for column in statement.selected_columns]
        self.readers: list[tuple[int, Convert]] | None = None
        sources: dict[str, tuple[str, int | None]] = {name: (name, None) for name in values}
        for name, parts in state.parameter_expansion.items():
            if name in values:
                sources |= {part: (name, place) for place, part in enumerate(parts)}
        writers = {**_writers(compiled), **state.processors}
        self.given = [
            (name, *sources[name], writers.get(name))
            for name in state.parameters
            if name in sources
        ]
        self.fixed = {
            name: writers[name](value) if name in writers else value
            for name, value in state.parameters.items()
            if name not in sources
        }

    def cursor(self, connection: Connection) -> Any:
        """Return a cursor that takes the words as they are."""
        dialect, given = self.dialect, connection.connection
        if dialect.name == "postgresql":
            return dialect.loaded_dbapi.RawCursor(given.driver_connection)
        return given.cursor()

    def parameters(self, values: Values) -> list[Any]:
        """Return the values as the database takes them."""
        found = dict(self.fixed)
        for name, source, place, write in self.given:
            value = values[source] if place is None else values[source][place]
            found[name] = write(value) if write is not None else value
        return [found[name] for name in self.order or ()]

    def read(self, description: Sequence[Any], found: Sequence[Row]) -> Sequence[Row]:
        """Return rows of the database as values of Python."""
        if self.readers is None:
            self.readers = list(self._readers(description))
        lines = [list(row) for row in found]
        for line in lines:
            for place, read in self.readers:
                line[place] = read(line[place])
        return lines

    def _readers(self, description: Sequence[Any]) -> Any:
        for place, (kind, column) in enumerate(zip(self.types, description, strict=True)):
            read = kind.dialect_impl(self.dialect).result_processor(self.dialect, column[1])
            if read is not None:
                yield place, read
