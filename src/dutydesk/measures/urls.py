"""The routes of measures."""

from django.urls import path

from dutydesk.measures.web import overview, subjects

urlpatterns = [
    path("measures/", overview.overview, name="measures"),
    path(
        "measures/incidents/each/<int:number>", subjects.measured_incident, name="measured-incident"
    ),
    path("measures/<slug:name>", subjects.subject, name="measure"),
    path("measures/<slug:name>/<slug:which>", subjects.figure, name="measure-figure"),
]
