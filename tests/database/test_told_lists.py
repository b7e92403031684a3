"""Lists of texts arrive in the database as they are, whatever is in them."""

from typing import Any

import pytest
from django.db import DataError, connection
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.adapt import Transformer
from psycopg.types.array import ListDumper

from dutydesk.database import rows
from dutydesk.database.postgresql.text_lists import TextListDumper

pytestmark = pytest.mark.django_db
texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from('"\\{},')
)


@given(told=st.lists(texts))
@example(told=[])
@example(told=[""])
@example(told=["", "NULL", "null", " a ", '"', "\\", '\\"', "{}", "a,b", "\u2028", "é\n"])
def test_a_list_arrives_as_it_is(told: list[str]) -> None:
    assert rows.run("SELECT %s::text[]", [told]).fetchone() == (told,)


@pytest.mark.parametrize(
    "told", [[1, 2], [None, "a"], [["a", '"'], ["b", ""]], [None], ["a\\", None]]
)
def test_another_list_is_told_as_psycopg_does(told: list[Any]) -> None:
    mine, theirs = (Transformer(connection.connection) for _ in range(2))
    one, other = TextListDumper(list, mine), ListDumper(list, theirs)
    assert one.upgrade(told, "t").dump(told) == other.upgrade(told, "t").dump(told)  # type: ignore[arg-type]


def test_a_text_that_the_database_can_t_hold_is_refused() -> None:
    with pytest.raises(DataError, match="NUL"):
        rows.run("SELECT %s::text[]", [["a", "b\0c"]])


def test_it_is_by_this_that_lists_are_told() -> None:
    transformer = Transformer(connection.connection)
    assert isinstance(transformer.get_dumper(["a"], "s"), TextListDumper)  # type: ignore[arg-type]
