"""The routes of postmortems."""

from django.urls import path

from dutydesk.postmortems.web import passages, postmortems

urlpatterns = [
    path("postmortems/", postmortems.listed, name="postmortems"),
    path("postmortems/<int:number>", postmortems.postmortem, name="postmortem"),
    path("postmortems/<int:number>/walk", passages.walk, name="postmortem-walk"),
    path("postmortems/<int:number>/text/<str:key>", passages.write, name="postmortem-text"),
    path(
        "postmortems/<int:number>/text/<str:key>/versions",
        passages.versions,
        name="postmortem-versions",
    ),
]
