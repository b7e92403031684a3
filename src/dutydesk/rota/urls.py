"""The routes of shifts, plans, shares and calendars."""

from django.urls import path

from dutydesk.rota.api import who
from dutydesk.rota.web import changes, feeds, plans, shares, weeks

urlpatterns = [
    path("shifts/", weeks.shifts),
    path("shifts/<int:number>", weeks.shift),
    path("shifts/cover", weeks.cover),
    path("shifts/who.json", who),
    path("shifts/change/", changes.change),
    path("shifts/plan/", plans.plan),
    path("shifts/shares/", shares.shares),
    path("shifts/statement.csv", shares.statement),
    path("shifts/calendars/", feeds.calendars),
    path("calendar/<str:token>.ics", feeds.feed),
]
