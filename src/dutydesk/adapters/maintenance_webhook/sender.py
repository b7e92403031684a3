"""Posts the state of a service's maintenance to an address that an administrator gave.

Source of the headers and the signature: https://github.com/standard-webhooks/standard-webhooks
(spec, “Signature scheme”): HMAC-SHA256 of `id.timestamp.body`, the secret as `whsec_` and base64.
"""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from http.client import HTTPException
from typing import Any

from dutydesk.adapters.egress import INNER, held
from dutydesk.ports.delivery import Delivery, Undelivered

WAIT = 10.0


def signature(*, secret: str, name: str, seconds: int, body: bytes) -> str:
    """Give the value of the header `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b"%s.%d.%s" % (name.encode(), seconds, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure: what is signed for one address goes to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class WebhookSender:
    """Delivers outbox messages whose payload is {"service": number, "body": {…}}.

    `look` gives the address and the secret of that service's webhook, or None if it has none.
    """

    def __init__(
        self, look: Callable[[int], tuple[str, str] | None], inside: Iterable[str]
    ) -> None:
        """Ask `look` at every try, so that a corrected address is used at once.

        `inside` are the inner hosts, addresses and networks that it may lead to, besides all
        public ones.
        """
        self._look, self._inside = look, tuple(inside)
        # By no proxy: the leash would hold the way to that, and not what it is asked for.
        straight = urllib.request.ProxyHandler({})
        self._open = urllib.request.build_opener(straight, _NoRedirects).open

    def deliver(self, parcel: Delivery) -> str:
        """Post it once; any answer but 2xx is tried again."""
        found = self._look(parcel.payload["service"])
        if found is None:
            raise Undelivered("the service has no webhook any more", permanent=True)
        url, secret = found
        body = json.dumps(parcel.payload["body"]).encode()
        seconds = int(parcel.at.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "dutydesk",
            "webhook-id": parcel.key,
            "webhook-timestamp": str(seconds),
            "webhook-signature": signature(
                secret=secret, name=parcel.key, seconds=seconds, body=body
            ),
        }
        return self._post(urllib.request.Request(url, body, headers, method="POST"))

    def _post(self, request: urllib.request.Request) -> str:
        leash = None
        try:
            with (
                held(inside=self._inside, seconds=WAIT) as leash,
                self._open(request, timeout=WAIT) as answer,
            ):
                return f"answered {answer.status}"
        except urllib.error.HTTPError as error:
            error.close()
            raise Undelivered(f"the webhook answered {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            if leash is not None and leash.refused:
                raise Undelivered(INNER) from None
            # Its text may name the address, and the address may hold a secret.
            reason = getattr(error, "reason", error)
            raise Undelivered(f"the webhook can't be reached ({type(reason).__name__})") from None
