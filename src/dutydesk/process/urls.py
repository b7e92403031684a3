"""The routes of the written process."""

from django.urls import path

from dutydesk.process import web

urlpatterns = [path("process/", web.document, name="process")]
