"""The routes of announcements."""

from django.urls import path

from dutydesk.announcements import web

urlpatterns = [
    path("announcements/", web.listed, name="announcements"),
    path("announcements/<int:number>", web.announcement, name="announcement"),
    path("announcements/updates/<int:number>", web.promised_update, name="promised-update"),
]
