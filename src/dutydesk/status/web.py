"""The status page as its team looks after it: who sees it, and who is told what it says."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.process.flows import process
from dutydesk.status.flows import record
from dutydesk.status.models import ChannelSubscription, Subscription
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.tables import Choice, Column, Table, TableQuery


@rule("engineer")
def status_page(request: DeskRequest) -> HttpResponse:
    """Answer: who sees the status page, and who is told what it says?"""
    asked = _SUBSCRIBERS.asked(request.GET.urlencode())
    everybody = Subscription.objects.all()
    context = {
        "shown": process.in_force().status_page.shown,
        "link": record.link(),
        "page": record.read(at=request.at),
        "asked": asked,
        "confirmed": everybody.filter(confirmed_at__isnull=False).count(),
        "waiting": everybody.filter(confirmed_at=None).count(),
        "subscribers": asked.page_of(_asked_for(asked), "pk"),
        "channels": ChannelSubscription.objects.select_related("channel")
        .prefetch_related("services")
        .order_by("channel__name"),
    }
    return render(request, "status/team.html", context)


_SUBSCRIBERS = Table(
    (
        Column("email", "Address"),
        Column("services", "Services", sorts=False),
        Column("asked_at", "Asked for", "oldest first", "newest first"),
        Column("confirmed_at", "Confirmed", "oldest first", "newest first", gaps=True),
        Column("do", "To do", sorts=False),
    ),
    sort="-asked_at",
    choices=(Choice("confirmed", "Confirmed", (("yes", "confirmed"), ("no", "not yet"))),),
    search="Part of the address",
)


def _asked_for(asked: TableQuery) -> QuerySet[Subscription]:
    """Give the subscribers that were asked for."""
    found = Subscription.objects.prefetch_related("services")
    if confirmed := asked.chosen.get("confirmed"):
        found = found.filter(confirmed_at__isnull=confirmed == "no")
    return found.filter(email__icontains=asked.words) if asked.words else found
