"""Pictures in Slack's messages: which there are, and bringing them here.

Sources: https://docs.slack.dev/reference/objects/file-object and
https://docs.slack.dev/messaging/working-with-files (`url_private_download`, with the bot's token).
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from http.client import HTTPException, HTTPResponse, IncompleteRead, InvalidURL
from typing import Any
from urllib.parse import urlsplit

from dutydesk.chat.flows import outside_pictures
from dutydesk.chat.flows.outside_pictures import OutsideFile
from dutydesk.database import rows
from dutydesk.pictures.rules.pictures import LARGEST, TYPES
from dutydesk.ports.delivery import Delivery, Undelivered

WAIT = 20
_SLACKS = ("slack.com", "slack-gov.com")
_LONGEST_ADDRESS = 1000


def pictures_in(said: Mapping[str, Any]) -> list[OutsideFile]:
    """Give the pictures that a message has, as far as the desk takes their kind."""
    files = said.get("files")
    return list(_pictures(files if isinstance(files, list) else []))


def files_in(said: Mapping[str, Any]) -> list[str]:
    """Give the numbers of the files that a message still has: a tombstone stands for a lost one."""
    files = said.get("files")
    known = [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []
    return [str(one.get("id")) for one in known if one.get("mode") != "tombstone"]


def _pictures(files: list[Any]) -> Iterator[OutsideFile]:
    for one in files:
        if not isinstance(one, Mapping) or one.get("mimetype") not in TYPES.values():
            continue
        address, number = one.get("url_private_download") or one.get("url_private"), one.get("id")
        if isinstance(address, str) and len(address) <= _LONGEST_ADDRESS and number:
            name = str(one.get("name") or one.get("title") or "a picture")
            yield OutsideFile(str(number), name, address, str(one.get("alt_txt") or ""))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure: what the token opens goes to no other host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class PictureSender:
    """Fetches pictures that are owed here; the token goes to where Slack has files, and not on."""

    def __init__(self, token: str, url: str) -> None:
        """Read with `token`; `url` is the Web API's address, beside which the files are."""
        self._token = token
        api = urlsplit(url)
        own = f"files.{api.hostname}" if api.hostname in _SLACKS else api.netloc
        self._scheme, self._host = api.scheme, own
        self._open: Callable[..., Any] = urllib.request.build_opener(_NoRedirects).open

    def deliver(self, parcel: Delivery) -> str:
        """Fetch one and keep it. Raises Undelivered, and says so at its post."""
        number = int(parcel.payload["picture"])
        try:
            data = self._fetch(str(parcel.payload["address"]))
        except Undelivered as failure:
            outside_pictures.miss(number=number, reason=failure.reason, for_good=failure.permanent)
            raise
        outside_pictures.bring(number=number, data=data, at=parcel.at)
        return f"{len(data)} bytes"

    def _fetch(self, address: str) -> bytes:
        try:
            where = urlsplit(address)
        except ValueError:
            raise Undelivered(_NO_ADDRESS, permanent=True) from None
        if (where.scheme, where.netloc) != (self._scheme, self._host):
            raise Undelivered("It is not in Slack itself", permanent=True)
        rows.give_back()
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": "dutydesk"}
        try:
            with self._open(urllib.request.Request(address, headers=headers), timeout=WAIT) as got:
                data = _whole(got)
                html = got.headers.get_content_type() == "text/html"
        except urllib.error.HTTPError as error:
            error.close()
            raise _judged(error) from None
        except (InvalidURL, ValueError):
            raise Undelivered(_NO_ADDRESS, permanent=True) from None
        except (OSError, HTTPException) as error:
            raise Undelivered(f"Slack can't be reached ({type(error).__name__})") from None
        if html:  # Its page to sign in, which it gives to whoever may not see a file.
            raise Undelivered(_NOT_OPEN, permanent=True)
        return data


def _whole(got: HTTPResponse) -> bytes:
    """Read all of an answer, or more than the desk takes. HTTPException if it breaks off."""
    data = got.read(LARGEST + 1)
    if got.length and len(data) <= LARGEST:
        raise IncompleteRead(data, got.length)
    return data


_NO_ADDRESS = "Its address can't be read"
_NOT_OPEN = (
    "Slack doesn't let the desk read files: the app lacks the scope files:read, so install it "
    "again from its manifest"
)


def _judged(error: urllib.error.HTTPError) -> Undelivered:
    if error.code == 429:
        wait = str(error.headers.get("Retry-After") or "")
        return Undelivered(
            "Slack is busy",
            retry_after=timedelta(seconds=min(int(wait), 3600) if wait.isdecimal() else 30),
        )
    if error.code in (404, 410):
        return Undelivered("It is not in Slack any more", permanent=True)
    if error.code in (301, 302, 303, 307, 308, 401, 403):
        return Undelivered(_NOT_OPEN, permanent=True)
    return Undelivered(f"Slack answered {error.code}")
