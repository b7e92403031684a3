"""What whatever answers queries must do: one kit for Prometheus and for what stands in for it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from dutydesk.ports.time_series import SeriesSource, SeriesTrouble

MINUTE = timedelta(minutes=1)
FIRST = datetime(2026, 11, 20, tzinfo=UTC)
# One series a minute: 20 minutes up, 10 down, 5 that are no number, a hole of 15, 10 up.
KNOWN: Mapping[int, float] = {
    **dict.fromkeys(range(20), 1.0),
    **dict.fromkeys(range(20, 30), 0.0),
    **dict.fromkeys(range(50, 60), 1.0),
}


class StoredSeries:
    """Stands in for a monitoring system: answers named queries from what a test put there."""

    def __init__(self) -> None:
        self.series: dict[str, list[Mapping[datetime, float]]] = {}
        self.asked: list[tuple[datetime, datetime]] = []
        self.trouble = ""

    def values(
        self, query: str, *, start: datetime, end: datetime, step: timedelta
    ) -> Sequence[tuple[datetime, float]]:
        self.asked.append((start, end))
        if self.trouble:
            raise SeriesTrouble(self.trouble, "Mend it.")
        found = self.series.get(query)
        if found is None:
            raise SeriesTrouble("There is no such query.", "Correct it.")
        if len(found) > 1:
            raise SeriesTrouble(f"The query gives {len(found)} series.", "Make them one.")
        moments = [start + number * step for number in range((end - start) // step + 1)]
        return [(at, one[at]) for one in found for at in moments if at in one]


class SeriesContract(ABC):
    """Gives each test of the kit a source that has the known series, and its queries."""

    known = "visits_up"
    two = "clusters_up"
    none = "nobody_knows"
    wrong = "visits_up{"

    @pytest.fixture
    @abstractmethod
    def source(self) -> SeriesSource:
        """Give the source."""

    def ask(self, source: SeriesSource, query: str, first: int = 0, last: int = 59) -> list[object]:
        found = source.values(
            query, start=FIRST + first * MINUTE, end=FIRST + last * MINUTE, step=MINUTE
        )
        return [((at - FIRST) / MINUTE, value) for at, value in found]

    def test_each_step_has_its_value_both_ends_among_them(self, source: SeriesSource) -> None:
        assert self.ask(source, self.known, 18, 21) == [(18, 1), (19, 1), (20, 0), (21, 0)]

    def test_what_is_no_number_is_left_out(self, source: SeriesSource) -> None:
        assert self.ask(source, self.known, 29, 34) == [(29, 0)]

    def test_a_query_that_finds_nothing_gives_nothing(self, source: SeriesSource) -> None:
        assert self.ask(source, self.none) == []

    def test_several_series_are_refused_with_what_to_do(self, source: SeriesSource) -> None:
        with pytest.raises(SeriesTrouble, match="2 series") as met:
            self.ask(source, self.two)
        assert met.value.remedy

    def test_a_wrong_query_is_refused_with_what_to_do(self, source: SeriesSource) -> None:
        with pytest.raises(SeriesTrouble) as met:
            self.ask(source, self.wrong)
        assert met.value.reason.endswith(".") and met.value.remedy
