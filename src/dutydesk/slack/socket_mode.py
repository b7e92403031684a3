"""Socket Mode: where nothing comes in from outside, the desk calls Slack and is told there.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode. Each worker has a connection of
its own; Slack tells one of them. What isn't acknowledged is told again.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import Error as DatabaseTrouble
from django.db import connection
from psycopg_pool import PoolTimeout
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from dutydesk.slack import envelopes
from dutydesk.slack.door import Doing, keep_event

logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)
# The client gives a broken connection up after five pings.
PING = 2


class Socket:
    """Keeps a connection to Slack, and hands what is told there on as the doors do."""

    def __init__(
        self,
        app_token: str,
        url: str,
        do: Doing,
        now: Callable[[], datetime],
        ping: float = PING,
    ) -> None:
        """Ask for connections with the app's token; `do` carries out what people do.

        Every `ping` seconds it is tried whether the connection still holds.
        """
        self._app_token, self._url = app_token, url.rstrip("/") + "/"
        self._do, self._now, self._ping = do, now, ping
        self._client: SocketModeClient | None = None

    def look_after(self, *, at: datetime) -> None:
        """Connect if there is no connection; the client itself follows when Slack moves it."""
        if self._client is not None and self._client.is_connected():
            return
        self.close()
        web = WebClient(base_url=self._url, timeout=7, retry_handlers=[])
        client = SocketModeClient(
            self._app_token, logger, web, ping_interval=self._ping, concurrency=4
        )
        client.socket_mode_request_listeners.append(self._heard)
        try:
            client.connect()
        except (SlackClientError, OSError, ValueError, LookupError) as error:
            logger.warning("Slack's socket can't be had: %s", type(error).__name__)
            client.close()
            return
        self._client = client

    def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _heard(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Do what one message says, then acknowledge it, with the answer if there is one."""
        try:
            answer = self._take(request)
        except (DatabaseTrouble, PoolTimeout) as error:
            logger.warning("what Slack told can't be kept: %s", type(error).__name__)
            return
        finally:
            connection.close()
        response = SocketModeResponse(envelope_id=request.envelope_id, payload=answer)
        client.send_socket_mode_response(response)

    def _take(self, request: SocketModeRequest) -> dict[str, Any] | None:
        text = json.dumps(request.payload, sort_keys=True)
        payload: Mapping[str, Any] = envelopes.read_json(text)
        if request.type == "events_api":
            keep_event(payload, self._now())
            return None
        key = f"slack:{hashlib.sha256(text.encode()).hexdigest()}"
        if request.type == "slash_commands":
            payload = {**payload, "type": "command"}
        return self._do(key, payload, self._now())
