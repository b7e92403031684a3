"""The routes of pages, and of the ways by which people are reached."""

from django.urls import path

from dutydesk.oncall import api
from dutydesk.oncall.web import contact_methods, pages

urlpatterns = [
    path("pages/<int:number>", pages.page),
    path("pages/answer/<str:token>", pages.answer),
    path("pages/ways/", contact_methods.listed),
    path("pages/ways/confirm/<str:token>", contact_methods.confirm),
    path("pagerduty/webhook", api.pagerduty),
]
