"""The routes of announcements."""

from django.urls import path

from dutydesk.announcements.web import announcements, calendars, series

urlpatterns = [
    path("announcements/", announcements.listed, name="announcements"),
    path("announcements/<int:number>", announcements.announcement, name="announcement"),
    path(
        "announcements/updates/<int:number>", announcements.promised_update, name="promised-update"
    ),
    path("announcements/series/<int:number>", series.series, name="announcement-series"),
    path("announcements/calendar/", calendars.month, name="planned-work"),
    path("announcements/calendar/addresses", calendars.addresses, name="work-calendars"),
    path("announcements/calendar/public.ics", calendars.public_feed, name="public-work-calendar"),
    path("announcements/calendar/<str:token>.ics", calendars.feed, name="work-calendar"),
]
