"""What is not set up is not loaded: a process of the desk stays small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """
import sys
import dutydesk.site.django_setup
from dutydesk import wiring
from dutydesk.ports.tracker import LOOK, TrackerQueries
from dutydesk.outbox.flows.outbox import can_deliver
print("githubkit" in sys.modules, TrackerQueries in wiring.build().offers, can_deliver(LOOK))
"""


@pytest.mark.parametrize("token", ["", "ghp_only-for-tests"])
def test_the_tracker_s_client_is_loaded_and_connected_if_it_is_set_up(
    token: str, tmp_path: Path
) -> None:
    given = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings",
        "DUTYDESK_HOME": str(tmp_path),
        "DUTYDESK_GITHUB_TOKEN": token,
    }
    script = [sys.executable, "-W", "ignore", "-c", LOOK]
    done = subprocess.run(script, env=os.environ | given, capture_output=True, text=True)
    assert done.stdout.split() == [str(bool(token))] * 3, done.stderr
