"""Measures the desk as it runs, and writes docs/benchmarks.md. Run by `make bench`."""

import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import alerts  # noqa: E402
import django  # noqa: E402
import gates  # noqa: E402
import rotas  # noqa: E402
import slack  # noqa: E402
import start  # noqa: E402
import status_page  # noqa: E402
from load import get  # noqa: E402

import measures  # noqa: E402
from testing.machine import eventually  # noqa: E402
from testing.visitors import Visitor, first_account  # noqa: E402
from testing.whole_desk import Desk  # noqa: E402

COMMITMENTS, INCIDENTS, POSTS = 100_000, 10_000, 100_000
FIRST = 1_000_000  # Heartbeats of such numbers there are none: nothing follows from their promises.
SCREENS = (
    "/", "/owed/", "/channels/", "/channels/{busy}", "/threads/{thread}", "/incidents/",
    "/incidents/{one}", "/board/", "/shifts/", "/people/", "/measures/", "/process/",
)  # fmt: skip


def at(values: Iterable[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def lateness(now: Callable[[], datetime]) -> list[float]:
    """Give how late each of 600 promises was looked after among 100,000 open ones."""
    from dutydesk.alarms.rules.promises import HEARTBEAT
    from dutydesk.commitments.models import Commitment
    from dutydesk.journal.models import JournalEntry

    far, soon = now() + timedelta(days=30), now() + timedelta(seconds=20)

    def made(number: int, due: datetime) -> Commitment:
        return Commitment(
            kind=HEARTBEAT, subject=f"heartbeat:{FIRST + number}", owner="bench", text="Bench",
            made_at=due, due_at=due, next_at=due,
        )  # fmt: skip

    rows = [made(n, far + timedelta(seconds=n)) for n in range(COMMITMENTS)]
    rows += [made(COMMITMENTS + n, soon + timedelta(milliseconds=50 * n)) for n in range(600)]
    Commitment.objects.bulk_create(rows, batch_size=5000)
    looked = JournalEntry.objects.filter(kind="commitment.due", subject__startswith="heartbeat:")
    eventually(lambda: looked.count() >= 600, 120)
    due = dict(Commitment.objects.filter(owner="bench").values_list("subject", "due_at"))
    return [(e.at - due[e.subject]).total_seconds() for e in looked]


def decade(now: Callable[[], datetime]) -> dict[str, int]:
    """Fill in ten years: incidents and posts; give the numbers of some to look at."""
    from dutydesk.chat.models import Channel, Post
    from dutydesk.incidents.models import Incident
    from dutydesk.kernel.messages import Message

    began = now() - timedelta(days=3650)
    step = timedelta(days=3650) / INCIDENTS
    Incident.objects.bulk_create(
        (
            Incident(
                title=f"Incident {n}", state="resolved",
                priority="high" if n % 4 == 0 else "normal",
                declared=began + n * step, detected=began + n * step,
                repaired=began + n * step + timedelta(minutes=n % 400),
                resolved=began + n * step + timedelta(minutes=n % 400),
            )
            for n in range(INCIDENTS)
        ),
        batch_size=2000,
    )  # fmt: skip
    channel = Channel.objects.get_or_create(name="#ask-cloud-platform")[0]
    words = Message("How do I add a namespace to the live cluster?").as_json()
    Post.objects.bulk_create(
        (
            Post(
                key=f"bench:{n}", channel=channel, author="Uma", message=words,
                at=began + n * step / 10,
            )
            for n in range(POSTS)
        ),
        batch_size=5000,
    )  # fmt: skip
    root = Post.objects.filter(key="bench:0").get()
    Post.objects.filter(pk__in=range(root.pk + 1, root.pk + 101)).update(thread=root)
    incident = Incident.objects.latest("id")
    return {"busy": channel.pk, "thread": root.pk, "one": incident.pk}


def rendering(visitor: Visitor, path: str, times: int = 40) -> list[float]:
    visitor.see(path)
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        visitor.see(path)
        taken.append(time.perf_counter() - begun)
    return taken


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = model[0] if model else platform.processor()
    return (
        f"{os.cpu_count()} cores ({name}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}; everything on one machine: "
        "web, worker, PostgreSQL, the mail server and the clients."
    )


def alone(script: str, title: str, targets: str) -> list[str]:
    """Give what a script says that has a process and a database of its own."""
    command = [sys.executable, str(ROOT / "bench" / script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = [line for line in done.stdout.splitlines() if re.search(r"\d m?s\b", line)]
    return [f"## {title}", "", targets, "", "```", *told, "```", ""]


def by_themselves() -> list[str]:
    """Give how the handbook is read, and how long past answers take to find."""
    targets = "Targets: first read under 30 s, unchanged under 1 s, memory under 200 MiB."
    handbook = alone("handbook.py", "The handbook: a repository of 5,000 pages", targets)
    found = alone("finding.py", "Finding, among 100,000 threads", "Target: p95 within 50 ms.")
    return [*handbook, *found[:-1]]


def main() -> None:
    empty = start.measure()
    desk = Desk(fresh=True, DUTYDESK_REHEARSAL="")  # By the machine's clock, as people run it.
    lines: list[str] = []
    try:
        lines = measure(desk, empty)
    finally:
        desk.close()
    lines += ["", *slack.measure(at), *measures.measure(at), *by_themselves()]
    text = "\n".join(lines) + "\n"
    (ROOT / "docs" / "benchmarks.md").write_text(text)
    sys.stdout.write(text)


def measure(desk: Desk, empty: list[str]) -> list[str]:
    os.environ |= {
        "DUTYDESK_HOME": str(desk.home),
        "DJANGO_SETTINGS_MODULE": "dutydesk.site.settings",
    }
    django.setup()
    from dutydesk.wiring import now

    ada = first_account(desk)
    engineer = re.findall(r'<option value="(\d+)">Ada<', ada.see("/shifts/change/"))[0]
    for duty in ("support", "primary"):
        times = {"start": "2020-01-01T00:00", "end": "2099-01-01T00:00"}
        what = {"what": "shift", "confirm": "1", "duty": duty, "engineer": engineer}
        ada.send("/shifts/change/", **what, **times)
    process = (desk.home / "process.yaml").read_text()
    for closed in ('"Mo-Fr 09:00-18:00; PH off"', '"Mo-Fr 10:00-17:00; PH off"'):
        process = process.replace(closed, '"Mo-Su 00:00-24:00"')
    (desk.home / "process.yaml").write_text(process)
    key = ada.send("/alarms/keys/", name="bench").text
    webhook = re.findall(r"http://\S+?/alarms/in/alertmanager/[\w-]+", key)[0]
    eventually(lambda: "has the support shift" in ada.see("/"), 30)
    lines = [
        "# Benchmarks", "", "Written by `make bench`. " + machine(), "",
        *empty,
        *alerts.measure(desk, ada, webhook, at),
        *gates.measure(desk, at),
        *status_page.measure(desk, at),
    ]  # fmt: skip
    late = lateness(now)
    cookies = "; ".join(f"{name}={value}" for name, value in ada.client.cookies.items())
    who = get(f"{desk.url}/shifts/who.json", cookies, 1000)
    lines += [
        *rotas.measure(at, now()),
        *rotas.asked(who, at),
        "## Timekeeper", "",
        f"600 promises due 50 ms apart among {COMMITMENTS:,} open ones: looked after "
        f"{ms(statistics.median(late))} late at p50, {ms(at(late, 99))} at p99, "
        f"{ms(max(late))} at most.", "",
        f"## Screens, with ten years of data: {INCIDENTS:,} incidents, {POSTS:,} posts", "",
        "Whole requests over the loopback, 40 each.", "",
        "| screen | p50 | p95 |", "|---|---|---|",
    ]  # fmt: skip
    numbers = decade(now)
    for screen in SCREENS:
        taken = rendering(ada, screen.format(**numbers))
        shown = screen.format(busy="n", thread="n", one="n")
        lines.append(f"| `{shown}` | {ms(at(taken, 50))} | {ms(at(taken, 95))} |")
    return lines


if __name__ == "__main__":
    main()
