"""How Django's queries become statements: as its own engine does it, with less to look at.

An ordered query costs Django half as much again as one that isn't, since it tries each selected
column as what may be ordered by. By the names of fields that are no annotations, none can be.
"""

from typing import Any

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models.expressions import Col

__all__ = (
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
)


class SQLCompiler(compiler.SQLCompiler):
    """Puts the statement of one query together."""

    def compile(self, node: Any) -> tuple[str, Any]:
        """Give a node as SQL and its values; a column, which most nodes are, without a detour."""
        if type(node) is Col and node.alias:
            name = self.quote_name_unless_alias
            return f"{name(node.alias)}.{name(str(node.target.column))}", []
        return super().compile(node)

    def quote_name_unless_alias(self, name: str) -> str:
        """Give a name as it stands in the statement; one that was given before at once."""
        return self.quote_cache.get(name) or super().quote_name_unless_alias(name)

    def _order_by_pairs(self) -> Any:
        selected = self.select
        if self._is_ordered_by_fields():
            self.select = []
        try:
            pairs: Any = super()._order_by_pairs()
            return list(pairs)
        finally:
            self.select = selected

    def _is_ordered_by_fields(self) -> bool:
        query = self.query
        if query.combinator or query.extra_order_by or any(alias for *_, alias in self.select):
            return False
        default = (query.get_meta().ordering or ()) if query.default_ordering else ()
        return all(isinstance(name, str) for name in query.order_by or default)
