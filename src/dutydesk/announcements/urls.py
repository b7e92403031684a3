"""The routes of announcements."""

from django.urls import path

from dutydesk.announcements.web import announcements

urlpatterns = [
    path("announcements/", announcements.listed, name="announcements"),
    path("announcements/<int:number>", announcements.announcement, name="announcement"),
    path(
        "announcements/updates/<int:number>", announcements.promised_update, name="promised-update"
    ),
]
