"""The routes of incidents, services and maintenance."""

from django.urls import path

from dutydesk.incidents import web

urlpatterns = [
    path("incidents/", web.listed),
    path("incidents/<int:number>", web.incident),
    path("services/", web.services),
    path("services/<int:number>", web.service),
    path("services/maintenance/<int:number>", web.maintenance),
]
