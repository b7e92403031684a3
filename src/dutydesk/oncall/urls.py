"""The routes of pages, and of the contact methods by which people are reached."""

from django.urls import path

from dutydesk.oncall import api
from dutydesk.oncall.web import contact_methods, pages, runbooks

urlpatterns = [
    path("pages/", pages.listed, name="pages"),
    path("pages/<int:number>", pages.page, name="page"),
    path("pages/answer/<str:token>", pages.answer, name="answer-page"),
    path(
        "pages/answer/<str:token>/handbook/<str:name>/<path:path>",
        runbooks.runbook,
        name="answer-runbook",
    ),
    path(
        "pages/answer/<str:token>/pictures/<str:name>/<path:path>",
        runbooks.runbook_picture,
        name="answer-picture",
    ),
    path("pages/contact-methods/", contact_methods.listed, name="contact-methods"),
    path(
        "pages/contact-methods/confirm/<str:token>",
        contact_methods.confirm,
        name="confirm-contact-method",
    ),
    path("pagerduty/webhook", api.pagerduty, name="pagerduty-webhook"),
]
