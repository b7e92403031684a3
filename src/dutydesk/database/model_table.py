"""A model's table, as statements of our own write it and read it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.base import ModelState
from pydantic_core import to_json


class ModelTable:
    """One model's table. Rows travel as one JSON value, the quickest thing to quote and to read."""

    def __init__(self, model: type[models.Model]) -> None:
        """Know what its statements are made of."""
        meta = model._meta
        self._model = model
        self.name = meta.db_table
        self.key = meta.pk.column or meta.pk.name
        fields = [(field.column or field.name, field) for field in meta.concrete_fields]
        self._fields = dict(fields)
        turns = [getattr(field, "from_db_value", None) for _, field in fields]
        self._turns = [(place, turn) for place, turn in enumerate(turns) if turn is not None]
        self._attributes = {column: field.attname for column, field in fields}
        self._types = {column: field.rel_db_type(connection) for column, field in fields}
        self.columns = tuple(self._attributes)
        self.columns_without_key = tuple(name for name in self.columns if name != self.key)
        made = [field for _, field in fields if _is_made(field)]
        self._made = [(field.attname, field.get_default) for field in made]
        self._fixed = [(one.attname, one.get_default()) for _, one in fields if one not in made]
        sequence = f"pg_get_serial_sequence('{self.name}', '{self.key}')"
        self.keys = f"SELECT nextval({sequence}) FROM generate_series(1, %s)"

    @cache  # noqa: B019 -- tables live as long as the process
    def insert(self, names: tuple[str, ...]) -> str:
        """Give the statement that inserts these columns."""
        columns = ", ".join(f'"{name}"' for name in names)
        return f'INSERT INTO "{self.name}" ({columns}) SELECT {columns} FROM {self._given(names)}'

    @cache  # noqa: B019
    def update(self, names: tuple[str, ...]) -> str:
        """Give the statement that writes these columns by primary key."""
        changes = ", ".join(f'"{name}" = given."{name}"' for name in names)
        return (
            f'UPDATE "{self.name}" AS row SET {changes} FROM {self._given((self.key, *names))}'
            f' WHERE row."{self.key}" = given."{self.key}"'
        )

    @cache  # noqa: B019
    def save(self, names: tuple[str, ...]) -> str:
        """Give the statement that writes these columns of one row, each a value of its own."""
        changes = ", ".join(f'"{name}" = %s' for name in names)
        return f'UPDATE "{self.name}" SET {changes} WHERE "{self.key}" = %s'

    def prepared(self, row: models.Model, names: tuple[str, ...]) -> list[Any]:
        """Give these columns of a row as the database is told them."""
        return [
            self._fields[name].get_db_prep_save(getattr(row, self._attributes[name]), connection)
            for name in names
        ]

    def _given(self, names: tuple[str, ...]) -> str:
        typed = ", ".join(f'"{name}" {self._types[name]}' for name in names)
        return f"jsonb_to_recordset(%s::jsonb) AS given ({typed})"

    def selected(self, name: str) -> str:
        """Give what selects all columns of the table that a statement calls so."""
        return ", ".join(f'"{name}"."{column}"' for column in self.columns)

    def load(self, values: Sequence[Any]) -> models.Model | None:
        """Give the row that has these values in its columns; None if its key is null.

        As `Model.from_db`, for a fifth of it: that asks every field anew what it is.
        """
        told = list(values)
        for place, turn in self._turns:
            told[place] = turn(told[place], None, connection)
        found = self._bare(zip(self._attributes.values(), told, strict=True))
        found._state.adding, found._state.db = False, connection.alias
        return found if found.pk is not None else None

    def new(self, values: Mapping[str, Any]) -> models.Model:
        """Give a new row with these attributes, and in all others what they are by default.

        As the model itself makes one, for a fifth of it; what a key refers to is told by its
        number. Raises TypeError for an attribute that there is none of.
        """
        found = self._bare(self._fixed)
        attributes = found.__dict__
        attributes.update((name, make()) for name, make in self._made)
        many = len(attributes)
        attributes.update(values)
        if len(attributes) > many:
            unknown = sorted(set(values) - set(self._attributes.values()))
            raise TypeError(f"{self.name} has no {', '.join(unknown)}")
        return found

    def _bare(self, attributes: Iterable[tuple[str, Any]]) -> models.Model:
        found = self._model.__new__(self._model)
        found._state = ModelState()
        found.__dict__.update(attributes)
        return found

    def dump(self, rows: Sequence[models.Model], names: tuple[str, ...]) -> str:
        """Give these columns of the rows as JSON."""
        wanted = [(name, self._attributes[name]) for name in names]
        found = [{name: told[attribute] for name, attribute in wanted} for told in map(vars, rows)]
        return to_json(found).decode()

    @staticmethod
    @cache
    def of(model: type[models.Model]) -> "ModelTable":
        """Give the table of a model."""
        return ModelTable(model)


def _is_made(field: "models.Field[Any, Any]") -> bool:
    """Say whether what a new row has there by default is made for each."""
    return (field.has_default() and callable(field.default)) or field.has_db_default()
