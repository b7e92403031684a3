"""Writing many rows at once: one statement for each table, and one pipeline for many statements.

Django's `bulk_create` waits for each statement's answer. Where thousands of alerts a second come
in, the round trips cost more than the work, so these statements go out together in psycopg's
pipeline mode, with keys that were asked for beforehand.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache, lru_cache, wraps
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast

import psycopg
from django.db import connection, models
from django.db.transaction import TransactionManagementError
from pydantic_core import to_json

from dutydesk.database.model_table import ModelTable

T = TypeVar("T")
Made = TypeVar("Made", bound=models.Model)
Asked = ParamSpec("Asked")


class Pipeline:
    """Sends the statements within together; an error shows when the pipeline ends at the latest.

    Around a transaction, its commit travels along. How many rows a statement changed is not known
    before the pipeline ends, so flows that ask for it (as Django's `save` does) come after `flush`.
    """

    def __enter__(self) -> Self:
        """Begin to send."""
        connection.ensure_connection()
        self._open = ExitStack()
        self._open.enter_context(connection.connection.pipeline())
        return self

    def flush(self) -> None:
        """Wait for all answers, and let later statements travel by themselves."""
        with connection.wrap_database_errors:
            self._open.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what is still under way; what follows from an error within doesn't hide it."""
        with connection.wrap_database_errors:
            self._open.__exit__(kind, error, trace)


def run(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> psycopg.Cursor[Any]:
    """Run a statement of our own, past Django; its answer is fetched when it is asked for.

    As Django does, it refuses to go on in a transaction that something broke, and to lock rows
    outside of one, and lets whoever looks at the statements of a connection see this one.
    """
    connection.ensure_connection()
    if "FOR UPDATE" in statement and not connection.in_atomic_block:
        raise TransactionManagementError("Rows are locked within a transaction only.")
    cursor: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    seen = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    seen(cast(Any, cursor)).execute(statement, values)
    return cursor


def lock(names: Sequence[str]) -> None:
    """Let transactions that name the same things here take turns, until this one ends."""
    run(
        "SELECT pg_advisory_xact_lock(h) FROM"
        " (SELECT hashtextextended(k, 0) AS h FROM unnest(%s::text[]) k ORDER BY h) AS locks",
        [list(names)],
    )


def try_lock(name: str) -> bool:
    """Take the lock of that name until this transaction ends, unless another has it."""
    ask = run("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name]).fetchone()
    return bool(ask and ask[0])


def new(model: type[Made], **values: Any) -> Made:
    """Give a new row of a model, not written yet, for where thousands a second are made.

    Its attributes as the model itself takes them, but for keys, which are told by their number.
    """
    return cast(Made, ModelTable.of(model).new(values))


def keys_for(model: type[models.Model], count: int) -> psycopg.Cursor[Any]:
    """Ask for that many new primary keys; fetch gives one a row."""
    return run(ModelTable.of(model).keys, [count])


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model; without a primary key the database gives one."""
    if rows:
        table = ModelTable.of(type(rows[0]))
        names = table.columns if rows[0].pk is not None else table.columns_without_key
        run(table.insert(names), [table.dump(rows, names)])


def insert_values(model: type[models.Model], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that nobody needs as such: what their columns hold, in each the same ones."""
    if values:
        run(ModelTable.of(model).insert(tuple(values[0])), [to_json(values).decode()])


def insert_new(row: models.Model) -> bool:
    """Insert a row unless one that must be unique is there already; give whether it was not.

    One statement, where Django's `get_or_create` takes four. The row gets its primary key.
    """
    keys = insert_new_all([row])
    if not keys:
        return False
    row.pk = keys[0]
    _mark_inserted([row])
    return True


def insert_keyed(rows: Sequence[Made]) -> None:
    """Insert new rows of one model, and give each its primary key: two statements."""
    _give_keys(rows)
    insert(rows)
    _mark_inserted(rows)


def insert_new_keyed(rows: Sequence[Made]) -> list[Made]:
    """Insert those rows that are not there already; give them, in order, with primary keys."""
    _give_keys(rows)
    keys = set(insert_new_all(rows))
    new = [row for row in rows if row.pk in keys]
    _mark_inserted(new)
    return new


def _give_keys(rows: Sequence[models.Model]) -> None:
    if rows:
        keys = keys_for(type(rows[0]), len(rows)).fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk = key


def _mark_inserted(rows: Sequence[models.Model]) -> None:
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_new_all(rows: Sequence[models.Model]) -> list[int]:
    """Insert those rows that are not there already; give the primary keys of the new ones."""
    if not rows:
        return []
    table = ModelTable.of(type(rows[0]))
    names = table.columns if rows[0].pk is not None else table.columns_without_key
    once = f'{table.insert(names)} ON CONFLICT DO NOTHING RETURNING "{table.key}"'
    return [row[0] for row in run(once, [table.dump(rows, names)]).fetchall()]


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there, by their primary keys."""
    if rows:
        table = ModelTable.of(type(rows[0]))
        run(table.update(tuple(names)), [table.dump(rows, (table.key, *names))])


def save(row: models.Model, names: tuple[str, ...]) -> None:
    """Write these columns of one row that is there, each in its own type."""
    table = ModelTable.of(type(row))
    run(table.save(names), [*table.prepared(row, names), row.pk])


def rewrite(
    rows: models.QuerySet[Made], names: Sequence[str], told: Callable[[Any, str], Any]
) -> list[Made]:
    """Write what `told` makes of each value and its column's name; give the rows that changed.

    The rows are locked first, in the order of their keys. Belongs inside a transaction.
    """
    changed: list[Made] = []
    for row in rows.select_for_update(of=("self",)).order_by("pk"):
        new = {name: told(getattr(row, name), name) for name in names}
        if any(getattr(row, name) != value for name, value in new.items()):
            for name, value in new.items():
                setattr(row, name, value)
            changed.append(row)
    update(changed, names)
    return changed


def read(
    statement: str, models: Mapping[str, type[models.Model]], values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Run a statement that selects whole rows of these models, by the names that it gives them.

    Where it says `{name}`, the columns of that one go, in the order of `models`. Gives a row of
    each for every row found; None where an outer join found nothing. What is selected after them
    follows as it is. For what is asked while somebody waits: to put a statement together takes
    Django longer than to run it.
    """
    asked, tables = _selecting(statement, tuple(models.items()))
    return [_parted(row, tables) for row in run(asked, values).fetchall()]


@lru_cache(maxsize=1024)
def _selecting(
    statement: str, models: tuple[tuple[str, type[models.Model]], ...]
) -> tuple[str, list[ModelTable]]:
    """Give the text of a statement that selects whole rows of these models, and their tables."""
    named = [(name, ModelTable.of(model)) for name, model in models]
    columns = {name: table.selected(name) for name, table in named}
    return statement.format(**columns), [table for _, table in named]


def every(statement: str, model: type[Made], values: Sequence[Any]) -> list[Made]:
    """Give the rows that a statement finds as `read` does; it calls the model's table `row`."""
    return [cast(Made, row) for (row,) in read(statement, {"row": model}, values)]


def first(statement: str, model: type[Made], values: Sequence[Any]) -> Made | None:
    """Give the first row that a statement finds as `every` does; None if it finds none."""
    return next(iter(every(statement, model, values)), None)


def read_related(
    statement: str, model: type[Made], related: tuple[str, ...], values: Sequence[Any]
) -> list[Made]:
    """Run a statement that selects whole rows of a model, each with what these keys refer to.

    Where it says `{columns}` and `{tables}` those go that this needs; the model's table is `row`.
    The keys are never null. As `read` is, for what is asked while somebody waits.
    """
    found = read(*_joined(statement, model, related), values)
    for row, *parts in found:
        for name, part in zip(related, parts, strict=True):
            setattr(row, name, part)
    return [row for row, *_ in found]


@cache
def _joined(
    statement: str, model: type[models.Model], related: tuple[str, ...]
) -> tuple[str, dict[str, type[models.Model]]]:
    """Give a statement for `read` that reads rows with what they refer to, and their models."""
    every, tables = {"row": model}, [f'"{model._meta.db_table}" AS row']
    for name in related:
        key: Any = model._meta.get_field(name)
        every[name], other = key.related_model, ModelTable.of(key.related_model)
        tables.append(f'JOIN "{other.name}" AS {name} ON {name}."{other.key}" = row."{key.column}"')
    columns = ", ".join(f"{{{name}}}" for name in every)
    return statement.format(columns=columns, tables=" ".join(tables)), every


def _parted(row: Sequence[Any], tables: Sequence[ModelTable]) -> tuple[Any, ...]:
    found: list[Any] = []
    start = 0
    for table in tables:
        end = start + len(table.columns)
        found.append(table.load(row[start:end]))
        start = end
    return (*found, *row[start:])


def relate(row: models.Model, name: str, related: Sequence[models.Model]) -> None:
    """Let these be all that `row` has under that name, as `prefetch_related` does."""
    found = getattr(row, name).all()
    found._result_cache = list(related)
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def give_back() -> None:
    """Give this thread's connection back to the pool, before it waits for anything else.

    Whatever waits holds none: there are few, and all who work share them. Within a transaction it
    stays, of course.
    """
    if not connection.in_atomic_block:
        connection.close()


def released(ask: Callable[Asked, T]) -> Callable[Asked, T]:
    """Give a question to the database that leaves no connection behind.

    For what is asked just before the network is: there a connection would only wait.
    """

    @wraps(ask)
    def asking(*args: Asked.args, **kwargs: Asked.kwargs) -> T:
        try:
            return ask(*args, **kwargs)
        finally:
            give_back()

    return asking
