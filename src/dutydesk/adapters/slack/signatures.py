"""Whether a request is Slack's own: signed with our secret, and from the last five minutes.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from dutydesk.ports.webhooks import Forged

WINDOW = timedelta(minutes=5)


class Signatures:
    """Checks signatures made with one secret; `now` is the real time, also in a rehearsal."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        """Trust what is signed with `secret`."""
        self._secret, self._now = secret.encode(), now

    def check(self, body: bytes, headers: Mapping[bytes, bytes]) -> None:
        """Raise Forged unless these very bytes were signed within the window."""
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        given = headers.get(b"x-slack-signature", b"")
        wanted = b"v0=" + self._sign(stamp + b":" + body)
        if not hmac.compare_digest(given, wanted):
            raise Forged(
                "This is not signed with the app's secret.",
                "Set DUTYDESK_SLACK_SIGNING_SECRET to the one of the app.",
            )
        if (
            not stamp.isdigit()
            or abs(self._now().timestamp() - int(stamp)) > WINDOW.total_seconds()
        ):
            raise Forged("This was signed too long ago.", "Set this machine's clock right.")

    def _sign(self, text: bytes) -> bytes:
        return hmac.new(self._secret, b"v0:" + text, hashlib.sha256).hexdigest().encode()
