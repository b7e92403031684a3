"""The routes of channels, threads and posts."""

from django.urls import path

from dutydesk.chat import web

urlpatterns = [
    path("ask", web.ask, name="ask"),
    path("channels/", web.channels, name="channels"),
    path("channels/<int:number>", web.channel, name="channel"),
    path("threads/<int:number>", web.thread, name="thread"),
    path("posts/<int:number>", web.post, name="post"),
]
