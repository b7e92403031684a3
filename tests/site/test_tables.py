"""What an address may ask of a table, and what it is answered with."""

from urllib.parse import urlencode

import pytest

from dutydesk.web.tables import Choice, Column, Table, TableQuery

TABLE = Table(
    (
        Column("title", "Title"),
        Column("at", "When", "oldest first", "newest first"),
        Column("do", "To do", sorts=False),
    ),
    sort="-at",
    choices=(Choice("team", "Team", (("1", "Prisons"), ("2", "Courts"))),),
    search="Words",
)


def asked(**query: str) -> TableQuery:
    return TABLE.asked(urlencode(query))


def test_without_a_word_it_is_the_first_page_as_the_table_is_sorted() -> None:
    plain = asked()
    assert (plain.sort, plain.page, plain.words, plain.chosen) == ("-at", 1, "", {})
    assert plain.falls and plain.by == "at" and not plain.narrowed


def test_what_the_table_offers_is_taken() -> None:
    found = asked(sort="title", page="3", q=" disks ", team="2")
    assert (found.by, found.falls, found.page) == ("title", False, 3)
    assert (found.words, found.chosen, found.narrowed) == ("disks", {"team": "2"}, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "password"),
        ("sort", "--at"),
        ("sort", "do"),
        ("page", "-1"),
        ("page", "9" * 30),
        ("page", "x"),
        ("q", "x" * 201),
        ("q", "a\x00b"),
        ("team", "3"),
        ("team", ""),
    ],
)
def test_what_it_does_not_offer_is_not_asked(name: str, value: str) -> None:
    found = asked(**{name: value})
    assert (found.sort, found.page, found.words, found.chosen) == ("-at", 1, "", {})


def test_the_next_order_keeps_what_else_was_asked_and_begins_at_the_first_page() -> None:
    title, when, do = asked(mine="yes", q="a&b", team="1", page="4").headings
    assert title.address == "?mine=yes&q=a%26b&team=1&sort=title"
    assert (when.sorted, when.address) == ("descending", "?mine=yes&q=a%26b&team=1&sort=at")
    assert (title.sorted, do.address) == ("", "")


def test_a_second_press_turns_an_order_around() -> None:
    title = asked(sort="title").headings[0]
    assert (title.sorted, title.address) == ("ascending", "?sort=-title")


def test_another_page_keeps_all_and_showing_everything_keeps_the_order() -> None:
    found = asked(sort="title", team="1", mine="yes")
    assert found.address(page=2) == "?mine=yes&team=1&sort=title&page=2"
    assert found.everything == "?mine=yes&sort=title"


def test_a_search_that_is_not_offered_is_left_to_whoever_reads_it() -> None:
    table = Table((Column("title", "Title"),), sort="title")
    found = table.asked("q=disks&page=2")
    assert found.words == "" and not found.narrowed
