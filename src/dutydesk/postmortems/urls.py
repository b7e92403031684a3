"""The routes of postmortems."""

from django.urls import path

from dutydesk.postmortems.web import improvements, passages, postmortems

urlpatterns = [
    path("improvements/", improvements.listed, name="improvements"),
    path("improvements/<int:number>", improvements.improvement, name="improvement"),
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
