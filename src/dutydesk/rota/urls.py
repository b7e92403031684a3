"""The routes of shifts, plans, shares and calendars."""

from django.urls import path

from dutydesk.rota.api import who
from dutydesk.rota.web import changes, corrections, feeds, plans, shares, weeks

urlpatterns = [
    path("shifts/", weeks.shifts, name="shifts"),
    path("shifts/<int:number>", weeks.shift, name="shift"),
    path("shifts/cover", weeks.cover, name="cover-shift"),
    path("shifts/who.json", who, name="who"),
    path("shifts/change/", changes.change, name="change-rota"),
    path("shifts/plan/", plans.plan, name="plan"),
    path("shifts/shares/", shares.shares, name="shares"),
    path("shifts/corrections/", corrections.correct, name="correct-shifts"),
    path("shifts/statement.csv", shares.statement, name="statement"),
    path("shifts/calendars/", feeds.calendars, name="calendars"),
    path("calendar/<str:token>.ics", feeds.feed, name="calendar-feed"),
]
