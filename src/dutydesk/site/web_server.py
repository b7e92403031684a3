"""The server that answers on the web."""

import granian
from granian.constants import HTTPModes, Interfaces


def run(host: str, port: int) -> None:
    """Answer there until SIGTERM or SIGINT, in a process that is started again if it dies."""
    granian.Granian(
        "dutydesk.site.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        http=HTTPModes.http1,
        websockets=False,
    ).serve()
