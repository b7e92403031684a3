"""What stands before the views, put together once for all clients of a process that runs tests.

A desk does so once as well; each client would read the files again that are served beside them.
"""

from typing import Any

from django.core.handlers.base import BaseHandler
from django.test.client import ClientHandler

_KEPT = (
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
    "_middleware_chain",
)


def share() -> None:
    """Let every client have what the first one put together."""
    load, kept = ClientHandler.load_middleware, dict[str, Any]()

    def load_shared(self: BaseHandler, is_async: bool = False) -> None:
        if not kept:
            load(self, is_async)
            kept.update({name: getattr(self, name) for name in _KEPT})
        vars(self).update(kept)

    ClientHandler.load_middleware = load_shared  # type: ignore[method-assign]
