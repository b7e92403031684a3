"""What is imported reads no environment and makes nothing: only a start does."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dutydesk.settings.variables import VARIABLES

LOOK = r'''
import importlib, json, os, pkgutil, sys, traceback
from collections.abc import MutableMapping
from pathlib import Path

HOUSE = Path(sys.argv[1])
# Django imports its settings, which are read there; these two tell it which.
DJANGO_S = {HOUSE / "site" / name for name in ("settings.py", "django_setup.py")}
reads, made, failed, done = [], [], {}, set()


def readers():
    """Give who reads, from the nearest on, without what only passes it on."""
    frames = [Path(frame.filename) for frame in traceback.extract_stack()[::-1]]
    passing = {"os.py", "<frozen _collections_abc>", "<frozen os>", "<string>"}
    return [file for file in frames if file.name not in passing]


def importing():
    """Give the module of ours that is being imported, nearest first; "" if none is."""
    for frame, _ in traceback.walk_stack(None):
        name = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "<module>" and name.startswith("dutydesk"):
            return name
    return ""


class Watched(MutableMapping):
    def __init__(self, given):
        self._given = given

    def _seen(self, name):
        files = readers()
        ours = HOUSE in files[0].parents or "pydantic_settings" in files[0].parts
        if ours and not DJANGO_S & set(files):
            reads.append([name, str(files[0])])

    def __getitem__(self, name):
        self._seen(name)
        return self._given[name]

    def __contains__(self, name):
        self._seen(name)
        return name in self._given

    def __iter__(self):
        self._seen("all of it")
        return iter(self._given)

    def __len__(self):
        return len(self._given)

    def __setitem__(self, name, value):
        self._given[name] = value

    def __delitem__(self, name):
        del self._given[name]

    def copy(self):
        self._seen("all of it")
        return dict(self._given)


def watch(kind):
    begin = kind.__init__

    def init(self, *arguments, **named):
        if importing():
            made.append([kind.__name__, importing()])
        begin(self, *arguments, **named)

    kind.__init__ = init


def import_all(without):
    import dutydesk

    for found in pkgutil.walk_packages(dutydesk.__path__, "dutydesk.", onerror=lambda name: None):
        if found.name in done | without:
            continue
        try:
            importlib.import_module(found.name)
            done.add(found.name)
            failed.pop(found.name, None)
        except Exception as error:
            failed[found.name] = type(error).__name__


os.environ = Watched(os.environ)
from slack_sdk import WebClient
from httpx import Client
from urllib.request import OpenerDirector
from dutydesk.adapters import clock

for kind in (WebClient, Client, OpenerDirector, clock.SystemClock, clock.RehearsalClock):
    watch(kind)
# What the web server runs begins to work when it is imported, and others set Django up.
WORKS = {"dutydesk.site.asgi"}
import_all(WORKS | {"dutydesk.cli", "dutydesk.site.settings", "dutydesk.site.django_setup"})
before = sorted(done)
if sys.argv[2] == "look":
    from dutydesk.settings import reading

    reading().bears_mistakes = True
    reads.clear()
os.environ["DJANGO_SETTINGS_MODULE"] = "dutydesk.site.settings"
import django

django.setup()
import_all(WORKS)
print(json.dumps({"reads": reads, "made": made, "failed": failed, "before": before}))
'''
NONSENSE = {one.name: "such nonsense:" for one in VARIABLES} | {"DUTYDESK_NONSENSE": "1"}


@pytest.mark.parametrize(
    ("given", "how"), [({}, "start"), (NONSENSE, "look")], ids=["nothing is set", "nonsense is set"]
)
def test_what_is_imported_reads_nothing_and_makes_nothing(
    given: dict[str, str], how: str, tmp_path: Path
) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DUTYDESK", "DATA", "DJANGO"))}
    house = Path(__file__).parents[2] / "src" / "dutydesk"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK, str(house), how],
        env=kept | given,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["reads"] == []
    assert found["failed"] == {}
    # The desk's one clock is chosen by the wiring, which needs what Django has read.
    assert {where for _, where in found["made"]} <= {"dutydesk.wiring"}
    assert {
        "dutydesk.settings.model",
        "dutydesk.site.start_commands",
        "dutydesk.kernel.refusals",
    } <= set(found["before"])
    assert list(tmp_path.iterdir()) == []


def loaded(by: str, among: set[str]) -> str:
    """Give what of `among` a process holds that runs this."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    return subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            f"import sys\n{by}\nprint({among} & {{*sys.modules}})",
        ],
        capture_output=True,
        text=True,
        check=True,
        env=theirs,
    ).stdout


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("start_commands", {"pydantic", "django", "asyncio"}),
        ("web_server", {"pydantic", "django", "typer", "psutil"}),
        ("supervised", {"pydantic", "django", "typer", "psutil"}),
    ],
)
def test_what_only_watches_others_loads_nothing_of_it(module: str, unneeded: set[str]) -> None:
    """Two processes stay small that way for as long as the desk runs."""
    assert loaded(f"import dutydesk.site.{module}", unneeded) == "set()\n"


def test_what_a_desk_may_never_need_is_loaded_when_it_is_first_needed() -> None:
    begin = "import dutydesk.site.django_setup, dutydesk.site.worker, dutydesk.site.urls"
    late = {
        "apprise", "dulwich", "githubkit", "icalendar", "ortools", "pagerduty",
        "recurring_ical_events", "slack_sdk", "typer",
    }  # fmt: skip
    assert loaded(f"{begin}\nfrom dutydesk import wiring\nwiring.build()", late) == "set()\n"
    begin += "\nfrom dutydesk.rota.rules import ical\nical.write('Rota', [], alarms=[])"
    assert loaded(begin, late) == "{'icalendar'}\n"
