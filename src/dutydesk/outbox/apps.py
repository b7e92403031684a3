"""The outbox as a Django application."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Its tables keep the name that they began with."""

    name = "dutydesk.outbox"
    label = "errands"
