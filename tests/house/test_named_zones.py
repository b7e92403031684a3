"""No statement names a zone to the database, whose rules of zones are others than the desk's."""

import re
from pathlib import Path

import dutydesk

SOURCES = Path(dutydesk.__file__).parent
_PART = "date|year|iso_year|quarter|month|week|week_day|iso_week_day|day|time|hour|minute|second"
NAMES = re.compile(
    r"(?i:\bAT\s+TIME\s+ZONE\b|\bSET\s+(?:LOCAL\s+|SESSION\s+)?TIME\s*ZONE\b|\bTIMEZONE\s*\()"
    r"|\b(?:Trunc|Extract)(?:[A-Z]\w*)?\(|\bdate_(?:trunc|add|subtract)\([^()]*,[^()]*,"
    rf"|\w__(?:{_PART})(?:__\w+)?\s*="
)


def test_no_statement_names_a_zone() -> None:
    """Say when days begin instead, as `local_times` of the measures and `local_years` do."""
    files = [one for kind in ("py", "sql") for one in SOURCES.rglob(f"*.{kind}")]
    assert len(files) > 500
    named = [
        f"{file.relative_to(SOURCES)}: {found[0]}"
        for file in files
        for found in NAMES.finditer(file.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_what_names_a_zone_is_known() -> None:
    for named in (
        "(asked_at AT TIME ZONE %(zone)s)::date",
        "timezone(%s, at)",
        "SET LOCAL timezone = 'UTC'",
        'TruncWeek("at", tzinfo=zone)',
        'ExtractHour("at")',
        "date_trunc('day', at, %s)",
        ".filter(at__date=today)",
        ".filter(at__year__gte=2026)",
    ):
        assert NAMES.search(named), named
    for none in (
        "at.astimezone(zone)",
        "timestamp with time zone",
        "date_trunc('month', day::timestamp)",
        ".filter(day__gte=first)",
        "a__dates=1",
    ):
        assert not NAMES.search(none), none
