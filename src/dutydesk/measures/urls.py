"""The routes of measures."""

from django.urls import path

from dutydesk.measures.web import measures

urlpatterns = [path("measures/", measures.measures, name="measures")]
