"""A sample of every part of the screens in every state, for the eye and for the browser tests."""

from datetime import timedelta
from types import SimpleNamespace

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dutydesk.kernel.messages import Button, Message
from dutydesk.site.menu import team
from dutydesk.web.screens import Crumb, DeskRequest, rule
from dutydesk.web.tables import ROWS_OF_A_PAGE, Choice, Column, Table

_POSTS = ("plain", "announcement", "high", "soon", "kept")
_STATES = ("high", "soon", "kept", "open", "held", "late", "missed", "withdrawn")
_TONES = (
    ("red", "Red: act now"),
    ("amber", "Amber: soon"),
    ("blue", "Blue: in hand"),
    ("green", "Green: kept"),
    ("", "Grey: nothing to do"),
)
_PEOPLE = ("Ada", "Ben Oyelaran", "Callum Reid", "Maya Okafor", "Priya Nair", "Tom Ashworth")
_MONTHS = (2, 4, 3, 6, 5, 9, 7, 8, 4, 3, 2, 5)
_SPACE = (4, 8, 12, 16, 24, 40)
_TABLE = Table(
    (
        Column("quarter", "Quarter", "oldest first", "newest first"),
        Column("count", "Count", "fewest first", "most first", numbers=True),
        Column("mean", "Mean", sorts=False, numbers=True),
    ),
    sort="quarter",
    choices=(Choice("year", "Year", (("2026", "2026"),)),),
    search="Words",
)
_SAYS = "A post in the tone “{}”.\nSee https://example.org/runbook, and run `make check`:\n"
_CODE = "```\nmake check\n    --slowly\n```"


def _post(number: int, tone: str, request: DeskRequest) -> SimpleNamespace:
    return SimpleNamespace(
        pk=number,
        author="Duty Desk",
        at=request.at,
        changed_at=request.at if number == 1 else None,
        only_for_id=1 if number == 4 else None,
        account_id=None,
        written_by="",
        removed_at=None,
        reply_count=number,
        words=Message(
            body=_SAYS.format(tone) + _CODE,
            title=tone.capitalize() if number else "",
            facts=(("Service", "Prison visits"), ("Next update", "13:00 GMT")),
            buttons=(Button("incident.show", "incident:1", "See it", primary=True),),
            tone=tone,  # type: ignore[arg-type]  # the tuple above holds tones
        ),
    )


@rule("anyone")
def style(request: DeskRequest) -> HttpResponse:
    """Show every part of the screens in every state."""
    asked = _TABLE.asked(request.GET.urlencode())
    times = {
        "past": request.at - timedelta(hours=50),
        "soon": request.at + timedelta(minutes=28),
    }
    context = {
        "posts": [_post(number, tone, request) for number, tone in enumerate(_POSTS)],
        "states": _STATES,
        "tones": _TONES,
        "people": _PEOPLE,
        "icons": [place.icon for group in team() for place in group.places],
        "bars": [100 * many // max(_MONTHS) for many in _MONTHS],
        "scale": [(24 * place, 40 - height, height) for place, height in enumerate(_SPACE)],
        "choices": [("one", "One"), ("two", "Two")],
        "trail": [Crumb("Incidents", reverse("incidents")), Crumb("Visits fail", "/style")],
        "asked": asked,
        "page": Paginator(range(3 * ROWS_OF_A_PAGE), ROWS_OF_A_PAGE).get_page(asked.page),
        "times": times,
    }
    return render(request, "style.html", context)
