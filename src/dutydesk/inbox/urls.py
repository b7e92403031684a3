"""The routes of what came in."""

from django.urls import path

from dutydesk.inbox import web

urlpatterns = [
    path("arrivals/", web.arrivals, name="arrivals"),
    path("arrivals/<int:number>", web.arrival, name="arrival"),
]
