"""Shares are cut and never rounded up: less than all is not all."""

from fractions import Fraction

import pytest

from dutydesk.kernel.shares import write_share, write_uptime, write_wanted


@pytest.mark.parametrize(
    ("share", "said", "exactly"),
    [
        (1, "100%", "100%"),
        (0, "0%", "0%"),
        (Fraction(1), "100%", "100%"),
        (Fraction(0), "0%", "0%"),
        (Fraction(10**12 - 1, 10**12), "99.999%", "99.999%"),
        (0.999999999999, "99.999%", "99.999%"),
        (0.9996, "99.960%", "99.960%"),
        (0.41861, "42%", "41.861%"),
        (Fraction(41861, 100_000), "42%", "41.861%"),
        (Fraction(2, 3), "67%", "66.666%"),
        (0.0004, "0.1%", "0.040%"),
        (0.08, "8%", "8.000%"),
    ],
)
def test_a_share_of_time_has_the_places_that_a_budget_needs(
    share: Fraction | float, said: str, exactly: str
) -> None:
    assert (write_share(share), write_uptime(share)) == (said, exactly)


def test_what_is_wanted_is_said_as_it_was_written() -> None:
    assert [write_wanted(one) for one in (0.999, 0.9995, 0.9, 1)] == [
        "99.9%",
        "99.95%",
        "90%",
        "100%",
    ]
