"""The routes of postmortems."""

from django.urls import path

from dutydesk.postmortems.web import postmortems

urlpatterns = [
    path("postmortems/", postmortems.listed, name="postmortems"),
    path("postmortems/<int:number>", postmortems.postmortem, name="postmortem"),
]
