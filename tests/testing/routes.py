"""Every address of the desk, out of its table of routes."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver


def routes(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, Any]]:
    """Give each route, as it is written, with its view."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback
