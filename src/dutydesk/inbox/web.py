"""The screens of what came in from outside."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.inbox.flows import refusals, search, work
from dutydesk.inbox.flows.search import ArrivalSearch
from dutydesk.inbox.models import Arrival
from dutydesk.inbox.rules import OUTCOMES, shown_body
from dutydesk.kernel import bounds
from dutydesk.web.screens import DeskRequest, rule

LONGEST_SEARCH = 200


@rule("engineer")
def arrivals(request: DeskRequest) -> HttpResponse:
    """List what came in, the newest first, by door, sender, outcome, and words in the body."""
    asked = _asked(request)
    found = search.find(asked)
    narrowed = {
        name: value for name in ("door", "sender", "outcome") if (value := getattr(asked, name))
    } | ({"q": asked.words} if asked.words else {})
    context = {
        "found": found,
        "asked": asked,
        "narrowed": bool(narrowed),
        "refused": refusals.lately(at=request.at),
        "older": urlencode({**narrowed, "before": found.older}) if found.older else "",
        "doors": [(one, one) for one in sorted(work.handled())],
        "senders": [(one, one) for one in search.senders()],
        "outcomes": list(OUTCOMES.items()),
        "looked_at": search.SEARCHED if asked.words else search.LOOKED_AT,
    }
    return render(request, "inbox/arrivals.html", context)


def _asked(request: DeskRequest) -> ArrivalSearch:
    """Read what is asked; what can't be asked for counts as not asked."""
    given = {name: request.GET.get(name, "") for name in ("door", "sender", "outcome", "q")}
    words = given["q"].strip()
    return ArrivalSearch(
        door=given["door"] if given["door"] in work.handled() else "",
        sender=given["sender"] if bounds.is_line(given["sender"]) else "",
        outcome=given["outcome"] if given["outcome"] in OUTCOMES else "",
        words=words if len(words) <= LONGEST_SEARCH and bounds.is_line(words) else "",
        before=bounds.number(request.GET.get("before", "")) or 0,
    )


@rule("engineer")
def arrival(request: DeskRequest, number: int) -> HttpResponse:
    """Show one: what was sent, what it became, and how often it was tried."""
    found = get_object_or_404(Arrival, pk=number)
    body = bytes(found.body)
    context = {
        "arrival": found,
        "about": found.about,
        "body": shown_body(body),
        "size": len(body),
        "forgotten": not body and found.outcome == Arrival.Outcome.DONE,
        "headers": sorted(found.headers.items()),
    }
    return render(request, "inbox/arrival.html", context)
