"""The routes of incidents, services and maintenance."""

from django.urls import path

from dutydesk.incidents import api, web

urlpatterns = [
    path("incidents/", web.listed, name="incidents"),
    path("incidents/<int:number>", web.incident, name="incident"),
    path("incidents/help/<str:token>", web.answer_help_request, name="answer-help-request"),
    path("incidents/notes/<int:number>", web.note, name="incident-note"),
    path("deploys/in/<str:token>", api.deploy, name="deploys-door"),
    path("services/", web.services, name="services"),
    path("services/<int:number>", web.service, name="service"),
    path("services/maintenance/<int:number>", web.maintenance, name="maintenance"),
]
