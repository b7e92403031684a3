"""The routes of the status page."""

from django.urls import path

from dutydesk.status.api import screens

urlpatterns = [
    path("status/", screens.status, name="status"),
    path("status/<path:rest>", screens.status, name="status-part"),
]
