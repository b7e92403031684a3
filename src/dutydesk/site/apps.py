"""The site as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Once every room's models are there, the wiring connects the rooms."""

    name = "dutydesk.site"

    def ready(self) -> None:
        """Build the desk: only now may flows be imported."""
        import_module("dutydesk.wiring").build()
