"""The routes of availability."""

from django.urls import path

from dutydesk.availability.web import screens

urlpatterns = [
    path("availability/", screens.overview, name="availability"),
    path("availability/figures.json", screens.as_json, name="availability-json"),
    path("availability/figures.csv", screens.as_csv, name="availability-csv"),
    path("availability/<int:number>", screens.service, name="service-availability"),
]
