"""Finding what was asked, answered and recorded before, on the web."""

from datetime import datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.chat.models import Channel
from dutydesk.desk.flows.search import LONGEST, Among, Finding, find
from dutydesk.desk.rules.similarity import pieces
from dutydesk.handbook.flows import library
from dutydesk.handbook.rules.readers import may_read
from dutydesk.kernel.periods import instant
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule

KINDS = (
    ("", "Everything"),
    ("question", "Questions"),
    ("ticket", "Tickets"),
    ("incident", "Incidents"),
    ("postmortem", "Postmortems"),
    ("handover", "Handovers"),
)
SOLVED = (("", "Solved or not"), ("yes", "Solved"), ("no", "Not solved"))


@rule("anyone")
def finding(request: DeskRequest) -> HttpResponse:
    """Show what was found for the words in `q`, among what the filters leave."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    typed = {name: request.GET.get(name, "") for name in ("kind", "channel", "since", "solved")}
    since, wrong = _since(typed["since"])
    among = Among(
        kind=typed["kind"] if typed["kind"] in dict(KINDS) else "",
        channel=typed["channel"],
        since=since,
        solved={"yes": True, "no": False}.get(typed["solved"]),
    )
    found = find(words=words, among=among) if words and not wrong else Finding((), exact=True)
    readable = may_read(process.in_force().handbook, request.person)
    pages = library.find(words, most=3) if words and not wrong and readable else []
    context: dict[str, Any] = {
        "written": [(one.page, pieces(one.title), pieces(one.text)) for one in pages],
        "words": words,
        "typed": typed,
        "kinds": KINDS,
        "solved": SOLVED,
        "channels": Channel.objects.values_list("name", flat=True),
        "found": [
            (one, pieces(one.title), pieces(one.text) if one.text != one.title else ())
            for one in found.found
        ],
        "exact": found.exact,
        "filtered": among != Among(),
        "wrong": wrong,
    }
    return render(request, "desk/find.html", context, status=422 if wrong else 200)


def _since(typed: str) -> tuple[datetime | None, str]:
    """Give the beginning of that day in the process's zone, or what is wrong with it."""
    if not typed:
        return None, ""
    try:
        day = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
        return instant(datetime.combine(day, time.min), process.in_force().zone), ""
    except (ValueError, OverflowError):
        return None, f"“{typed[:40]}” is no day. Write it like 2026-11-24."
