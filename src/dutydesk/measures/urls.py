"""The routes of measures."""

from django.urls import path

from dutydesk.measures.web import overview, reports, subjects

urlpatterns = [
    path("measures/", overview.overview, name="measures"),
    path(
        "measures/incidents/each/<int:number>", subjects.measured_incident, name="measured-incident"
    ),
    path("measures/reports/", reports.listed, name="monthly-reports"),
    path("measures/reports/<str:month>", reports.report, name="monthly-report"),
    path("measures/<str:named>", subjects.subject, name="measure"),
    path("measures/<str:named>/<str:which>", subjects.figure, name="measure-figure"),
]
