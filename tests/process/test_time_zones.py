"""Time zones go by the package that is pinned, not by what the machine happens to have."""

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import tzdata
from django.test import Client

from dutydesk.kernel.moments import zone_names

# Alberta stays on UTC-6 since November 2026, which older rules don't know.
ASK = """
from datetime import UTC, datetime
import zoneinfo
from zoneinfo import ZoneInfo
asked_before = ZoneInfo("America/Edmonton")
import dutydesk{more}
at = datetime(2026, 12, 1, 16, tzinfo=UTC).astimezone(ZoneInfo("America/Edmonton"))
print(f"{{at:%H:%M}}", zoneinfo.TZPATH)
"""


@pytest.mark.skipif(tzdata.IANA_VERSION < "2026b", reason="the pinned rules are older than that")
@pytest.mark.parametrize("more", ["", ".site.start_commands", ".data_folder", ".kernel.moments"])
def test_every_process_goes_by_the_pinned_rules(more: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ASK.format(more=more)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "10:00 ()\n"


def test_the_tests_go_by_them_too() -> None:
    at = datetime(2026, 12, 1, 16, tzinfo=UTC).astimezone(ZoneInfo("America/Edmonton"))
    assert at.hour == 10


def test_zones_are_places_or_utc() -> None:
    assert {"Europe/London", "America/Edmonton", "UTC"} <= zone_names()
    assert not {"Factory", "localtime", "posixrules", "right/Europe/London"} & zone_names()


@pytest.mark.django_db
def test_the_version_of_the_rules_is_told(client: Client) -> None:
    told = client.get("/healthz").json()["checks"]["time zones"]["says"]
    assert tzdata.IANA_VERSION in told
