"""The base of the web as a Django application: its templates, static files and tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What the screens of every room are made of."""

    name = "dutydesk.web"
