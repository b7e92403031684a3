"""Prometheus, asked how services were: a real one, and servers that misbehave."""

import json
import logging
from collections.abc import Iterator
from math import nan
from pathlib import Path

import pytest

from doubles.moody import Mood, MoodyServer
from dutydesk.adapters.clock import SystemClock
from dutydesk.adapters.prometheus.client import PrometheusSeries
from dutydesk.adapters.prometheus.vendor import VENDOR
from dutydesk.kernel.actions import Actions
from dutydesk.ports.time_series import SeriesSource, SeriesTrouble
from dutydesk.ports.vendor import Surroundings
from dutydesk.settings import read
from testing.prometheus import prometheus
from testing.series import FIRST, KNOWN, MINUTE, SeriesContract, StoredSeries

pytestmark = [
    pytest.mark.clause("measure.availability"),
    pytest.mark.xdist_group("prometheus"),  # It is started once.
]
TOKEN = "only-for-tests"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    values = {FIRST + minute * MINUTE: value for minute, value in KNOWN.items()}
    values |= {FIRST + minute * MINUTE: nan for minute in range(30, 35)}
    history = {"visits_up": values, 'clusters_up{at="a"}': values, 'clusters_up{at="b"}': values}
    with prometheus(tmp_path_factory.mktemp("prometheus"), history) as url:
        yield url


class TestRealPrometheus(SeriesContract):
    @pytest.fixture
    def source(self, real: str) -> SeriesSource:
        return PrometheusSeries(real, lambda: "")

    def test_its_own_words_say_what_is_wrong_with_a_query(self, source: SeriesSource) -> None:
        with pytest.raises(SeriesTrouble, match="parse error"):
            self.ask(source, self.wrong)

    def test_a_function_over_a_range_is_asked_like_any_query(self, source: SeriesSource) -> None:
        assert self.ask(source, "max(avg_over_time(visits_up[270s]))", 21, 21) == [(21, 0.6)]


class TestStoredSeries(SeriesContract):
    @pytest.fixture
    def source(self) -> SeriesSource:
        values = {FIRST + minute * MINUTE: value for minute, value in KNOWN.items()}
        source = StoredSeries()
        source.series = {self.known: [values], self.two: [values, values], self.none: []}
        return source


def refusal(url: str, token: str = "", patience: float = 60) -> SeriesTrouble:
    source = PrometheusSeries(url, lambda: token, patience=patience)
    with pytest.raises(SeriesTrouble) as met:
        source.values("up", start=FIRST, end=FIRST, step=MINUTE)
    return met.value


@pytest.mark.parametrize(
    ("mood", "says", "reason"),
    [
        ("refusal", "", "answered 403"),
        ("broken", "", "answered 503"),
        ("success", "", "no Prometheus"),
        ("success", "[1]", "no Prometheus"),
        ("success", '{"status": "success", "data": {"resultType": "vector"}}', "no Prometheus"),
        ("garbage", "", "can't be reached"),
        ("silence", "", "can't be reached"),
        ("reset", "", "can't be reached"),
    ],
)
def test_what_is_in_the_way_is_said_without_the_secret(
    mood: Mood, says: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = MoodyServer(mood, says=says)
    try:
        met = refusal(f"http://{server.address}", TOKEN, 1 if mood == "silence" else 60)
    finally:
        server.close()
    assert reason in met.reason and met.remedy
    assert not any(TOKEN in text for text in (str(met), caplog.text))


def test_a_token_is_sent_and_read_anew_each_time() -> None:
    nothing = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": []}})
    server, tokens = MoodyServer("success", says=nothing), iter(["first", "second"])
    try:
        source = PrometheusSeries(f"http://{server.address}", lambda: next(tokens))
        for _ in range(2):
            assert source.values("up", start=FIRST, end=FIRST, step=MINUTE) == []
    finally:
        server.close()
    for text, token in zip(server.asked, ("first", "second"), strict=True):
        assert f"authorization: bearer {token}" in text.lower()
        assert "step=60.000" in text and text.startswith("POST /api/v1/query_range ")


def test_a_file_of_the_token_that_is_gone_is_named() -> None:
    def gone() -> str:
        raise FileNotFoundError("/run/secrets/token")

    with pytest.raises(SeriesTrouble, match="DUTYDESK_PROMETHEUS_TOKEN_FILE"):
        PrometheusSeries("http://127.0.0.1:1", gone).values(
            "up", start=FIRST, end=FIRST, step=MINUTE
        )


def test_it_is_there_once_its_address_is_set_and_its_token_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-file\n")
    nothing = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": []}})
    server = MoodyServer("success", says=nothing)
    try:
        found = read(
            {
                "DUTYDESK_PROMETHEUS_URL": f"http://{server.address}",
                "DUTYDESK_PROMETHEUS_TOKEN_FILE": str(file),
            }
        )
        assert not found.mistakes
        clock = SystemClock()
        offers = VENDOR.connect(Surroundings(found.settings, clock, clock, Actions())).offers
        assert offers[SeriesSource].values("up", start=FIRST, end=FIRST, step=MINUTE) == []
    finally:
        server.close()
    assert "bearer from-a-file" in server.asked[0].lower()
    without = read({}).settings
    assert VENDOR.connect(Surroundings(without, clock, clock, Actions())).offers == {}
