"""What a process file may say of availability, and what is wrong with what it says."""

import pytest

from dutydesk.process.rules.availability import CheckSource, PrometheusSource
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.process.words.measures import measured

pytestmark = pytest.mark.clause("measure.availability")
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")
ROWS = "  services: []\n"


def with_services(*lines: str) -> str:
    assert TEXT.count(ROWS) == 1
    return TEXT.replace(ROWS, "  services:\n" + "".join(f"    {line}\n" for line in lines))


def test_a_service_says_its_source_and_target_and_the_process_page_says_them_too() -> None:
    text = with_services(
        "- service: Visits",
        "  source: {kind: prometheus, query: 'min(up)', up_from: 0.5, asked_from: 2026-01-31}",
        "  target: 99.95 %",
        "- service: Clusters",
        "  source: {kind: check, url: 'https://a.example/health#top', alarm_after: 3}",
        "  per: quarter",
        "- {service: Old, began: 2025-01-01, ended: 2026-02-01}",
    )
    found = check(text).process
    assert found is not None
    visits, clusters = (found.availability.of(name) for name in ("Visits", "Clusters"))
    assert isinstance(visits.source, PrometheusSource) and visits.target == "99.95"
    assert isinstance(clusters.source, CheckSource)
    assert clusters.source.url == "https://a.example/health"
    assert found.availability.of("Another").source.kind == "incidents"
    told = "\n".join(measured(found))
    assert "up while Prometheus answers 0.5 or more to min(up), to be up for 99.95%" in told
    assert "asked every minute, with an alert after 3 failures in a row, over a quarter" in told
    assert "Old: up but for its incidents, from 1 January 2025 on, until 1 February 2026" in told


@pytest.mark.parametrize(
    ("line", "where", "wrong"),
    [
        ("source: {kind: check, url: 'ftp://a'}", "source.url", "is not an address on the web"),
        ("source: {kind: check, url: 'https://u:p@a'}", "source.url", "has a user or a password"),
        ("source: {kind: check, url: 'https://a', every: 5 minutes, timeout: 2 minutes}",
         "source", "longer than the interval, or than a minute"),
        ("source: {kind: check, url: 'https://a', tiemout: 1 second}",
         "source.tiemout", "Did you mean “timeout”?"),
        ("source: {kind: pager}", "source", "no kind “pager” here"),
        ("source: {query: up}", "source", "doesn't say of which kind"),
        ("source: {kind: prometheus, query: up, up_from: 2}", "source.up_from", "part of one"),
        ("target: 100.1", "target", "is not a share"),
        ("per: fortnight", "per", "is not how long a target is for"),
        ("began: 2026-02-01\n      ended: 2026-01-01", "", "ends before it begins"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_its_key(line: str, where: str, wrong: str) -> None:
    (mistake,) = check(with_services("- service: Visits", f"  {line}")).mistakes
    assert mistake.where == ".".join(filter(None, ("availability.services.0", where)))
    assert wrong in str(mistake)
    shown = TEXT[: TEXT.index(ROWS)].count("\n") + 1
    assert shown < mistake.line <= shown + 4


def test_the_clock_must_be_one_of_the_process_and_a_service_is_named_once() -> None:
    (mistake,) = check(TEXT.replace("clock: elapsed", "clock: nights")).mistakes
    assert "There is no clock “nights”" in str(mistake) and "support" in str(mistake)
    twice = with_services("- service: Visits", "- service: Visits")
    (mistake,) = check(twice).mistakes
    assert "“Visits” is there twice" in str(mistake)


def test_a_file_from_before_says_nothing_of_it_and_is_as_it_was() -> None:
    start, end = TEXT.index("\navailability:\n"), TEXT.index("# What users see of the services")
    found = check(TEXT[:start] + "\n" + TEXT[end:]).process
    assert found is not None
    assert (found.availability.target, found.availability.clock) == (None, "elapsed")
