"""Recurring work on the web."""

from itertools import islice

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dutydesk.announcements.flows import occurrences
from dutydesk.announcements.models import AnnouncementSeries
from dutydesk.announcements.rules import recurrence
from dutydesk.journal.flows import journal
from dutydesk.web.screens import DeskRequest, rule

_SHOWN = 8


@rule("anyone")
def series(request: DeskRequest, number: int) -> HttpResponse:
    """Answer: what is done again and again, when does it come next, and is that announced?"""
    found = get_object_or_404(AnnouncementSeries, pk=number)
    context = {
        "series": found,
        "about": found.about,
        "told": recurrence.told(found.pattern),
        "ends": recurrence.window(found.pattern, found.first_day, occurrences.zone()).end,
        "coming": [
            (one, occurrences.due_at(one))
            for one in islice(occurrences.upcoming(found, request.at), _SHOWN)
        ],
        "later": found.later.order_by("pk").last(),
        "timeline": journal.timeline([found.about])[:200],
    }
    return render(request, "announcements/series.html", context)
