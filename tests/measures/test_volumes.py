"""How many requests came of each kind in each month."""

from datetime import date

from dutydesk.measures.rules.volumes import MONTHS, PICTURED, volumes


def test_months_without_any_are_zero_and_kinds_are_ordered() -> None:
    found = volumes(
        [
            ("dns", date(2025, 11, 30), 2),
            ("access", date(2026, 2, 1), 3),
            ("dns", date(2025, 11, 1), 1),
            ("access", date(2026, 2, 28), 3),
        ]
    )
    assert found is not None
    assert [month.month for month in found.months] == [11, 12, 1, 2]
    assert [(one.kind, one.counts, one.total) for one in found.kinds] == [
        ("access", (0, 0, 0, 6), 6),
        ("dns", (3, 0, 0, 0), 3),
    ]
    assert found.every.counts == (3, 0, 0, 6)
    assert found.every.bars == (50, 0, 0, 100)
    assert found.pictured == (found.every, *found.kinds)


def test_none_is_none() -> None:
    assert volumes([]) is None


def test_a_month_with_few_has_a_bar_all_the_same() -> None:
    found = volumes([("a", date(2026, 1, 1), 1), ("a", date(2026, 2, 1), 1000)])
    assert found is not None
    assert found.every.bars == (2, 100)


def test_the_last_months_are_shown_and_all_are_counted() -> None:
    found = volumes([("a", date(2000, 1, 1), 5), ("a", date(2026, 2, 1), 1)])
    assert found is not None
    assert len(found.months) == MONTHS
    assert (found.every.total, found.every.counts[-1], sum(found.every.counts)) == (6, 1, 1)


def test_the_rest_share_a_picture() -> None:
    found = volumes([(f"kind {n:02}", date(2026, 1, 1), 100 - n) for n in range(PICTURED + 3)])
    assert found is not None
    *_, rest = found.pictured
    assert (rest.kind, rest.total) == ("3 other kinds", sum(100 - n for n in (11, 12, 13)))
    assert len(found.pictured) == PICTURED + 2
