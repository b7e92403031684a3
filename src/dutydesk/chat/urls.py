"""The routes of channels, threads and posts."""

from django.urls import path

from dutydesk.chat import web

urlpatterns = [
    path("channels/", web.channels),
    path("channels/<int:number>", web.channel),
    path("threads/<int:number>", web.thread),
    path("posts/<int:number>", web.post),
]
