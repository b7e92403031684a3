"""The routes of routines."""

from django.urls import path

from dutydesk.routines import web

urlpatterns = [
    path("routines/", web.listed, name="routines"),
    path("routines/<int:number>", web.checklist, name="checklist"),
]
