"""The routes of the status page."""

from django.urls import path

from dutydesk.status import web
from dutydesk.status.api import screens, subscribers

urlpatterns = [
    path("status-page/", web.status_page, name="status-page"),
    path("status/", screens.status, name="status"),
    path("status/subscribe", subscribers.subscribe, name="subscribe"),
    path(
        "status/subscriptions/<str:token>/confirm",
        subscribers.confirm,
        name="confirm-subscription",
    ),
    path("status/subscriptions/<str:token>/end", subscribers.end, name="end-subscription"),
    path("status/<path:rest>", screens.status, name="status-part"),
]
