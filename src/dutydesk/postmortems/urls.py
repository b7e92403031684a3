"""The routes of postmortems."""

from django.urls import path

from dutydesk.postmortems import web

urlpatterns = [path("postmortems/<int:number>", web.postmortem, name="postmortem")]
