"""Makes, changes and expires silences in Alertmanager, by its API version 2.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dutydesk.ports.delivery import Delivery, Undelivered

_TIMEOUT = 5
_LARGEST = 20_000_000
_PASSING = {401, 403, 404, 408, 429}  # A wrong key or a proxy may be put right: it stays owed.
_CHANGE = re.compile(r"^(?P<mark>.*), change (?P<change>\d+)$")


class AlertmanagerSender:
    """Delivers messages whose payload is a silence as it should stand, or fingerprints to look at.

    A silence of ours is known by the mark in its comment, whatever its id: Alertmanager gives a
    changed one a new id. What is there already in this change or a later one is left alone, so a
    second try changes nothing.
    """

    def __init__(self, addresses: str, *, auth: str = "", auth_file: str = "") -> None:
        """Use the first of `addresses` (with commas) that answers: they tell each other.

        `auth` is “basic user:password” or “bearer token”; `auth_file` names a file that holds it,
        read anew each time.
        """
        self._addresses = [each.strip().rstrip("/") for each in addresses.split(",") if each]
        self._auth, self._auth_file = auth, auth_file

    def deliver(self, parcel: Delivery) -> str:
        """Let the silence stand there as the payload says; give its id there.

        Of fingerprints, give a letter each: 1 if Alertmanager has such an alert, else 0.
        """
        problem = "none is named"
        for address in self._addresses:
            try:
                return self._deliver(_Api(address, self._header()), parcel)
            except Undelivered as failure:
                if failure.permanent:
                    raise
                problem = failure.reason
        raise Undelivered(f"no Alertmanager took it: {problem}")

    def _deliver(self, api: "_Api", parcel: Delivery) -> str:
        wanted = parcel.payload
        if "fingerprints" in wanted:
            known = {each["fingerprint"] for each in api.alerts()}
            return "".join("01"[one in known] for one in wanted["fingerprints"])
        mine = [(change, one) for one in api.silences() if (change := _change(one, wanted["mark"]))]
        alive = [(change, one) for change, one in mine if one["status"]["state"] != "expired"]
        if wanted["lifted"]:
            for _, one in alive:
                api.expire(one["id"])
            return ", ".join(one["id"] for _, one in alive)
        newest = max(mine, key=lambda each: each[0], default=(0, {}))
        if newest[0] >= wanted["change"]:
            made = str(newest[1]["id"])
        elif datetime.fromisoformat(wanted["ends_at"]) <= parcel.at:
            made = ""  # It ended while nobody answered.
        else:
            made = api.put(_silence(wanted, max(alive, key=lambda each: each[0], default=None)))
        for change, one in alive:
            if change < wanted["change"] and one["id"] != made:
                api.expire(one["id"])
        return made

    def _header(self) -> str:
        """Give the value of the header Authorization, or nothing."""
        try:
            text = Path(self._auth_file).read_text().strip() if self._auth_file else self._auth
        except (OSError, UnicodeDecodeError) as error:
            raise Undelivered("DUTYDESK_ALERTMANAGER_AUTH_FILE can't be read") from error
        kind, _, secret = text.strip().partition(" ")
        if kind.lower() == "basic":
            return "Basic " + base64.b64encode(secret.strip().encode()).decode()
        return f"Bearer {secret.strip()}" if kind.lower() == "bearer" else ""


def _change(silence: dict[str, Any], mark: str) -> int:
    """Give which change of the marked silence this is; 0 if it is another."""
    comment = str(silence["comment"])
    found = _CHANGE.match(comment[comment.rfind("(") + 1 :].removesuffix(")"))
    return int(found["change"]) if found and found["mark"] == mark else 0


def _silence(wanted: dict[str, Any], before: tuple[int, dict[str, Any]] | None) -> dict[str, Any]:
    body = {
        "matchers": [
            {
                "name": name,
                "value": value,
                "isRegex": operator in ("=~", "!~"),
                "isEqual": operator in ("=", "=~"),
            }
            for name, operator, value in wanted["matchers"]
        ],
        "startsAt": wanted["starts_at"],
        "endsAt": wanted["ends_at"],
        "createdBy": wanted["by"],
        "comment": f"{wanted['reason']} ({wanted['mark']}, change {wanted['change']})",
    }
    return body | ({"id": before[1]["id"]} if before else {})


class _Api:
    """One instance of Alertmanager."""

    def __init__(self, address: str, header: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise Undelivered(
                "DUTYDESK_ALERTMANAGER_URL is no http address; a password goes elsewhere"
            )
        self._address, self._header = address, header

    def silences(self) -> Sequence[dict[str, Any]]:
        found = self._ask("GET", "/api/v2/silences")
        return found if isinstance(found, list) else []

    def alerts(self) -> Sequence[dict[str, Any]]:
        found = self._ask("GET", "/api/v2/alerts")
        return found if isinstance(found, list) else []

    def put(self, silence: dict[str, Any]) -> str:
        answer = self._ask("POST", "/api/v2/silences", silence)
        return str(answer["silenceID"])

    def expire(self, number: str) -> None:
        self._ask("DELETE", f"/api/v2/silence/{number}")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._header:
            headers["Authorization"] = self._header
        try:
            request = urllib.request.Request(
                self._address + path,
                data=None if body is None else json.dumps(body).encode(),
                headers=headers,
                method=method,
            )
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
                content = answer.read(_LARGEST)
            return json.loads(content) if content.strip() else None
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(300).decode(errors="replace").strip().strip('"')
            permanent = 400 <= error.code < 500 and error.code not in _PASSING
            raise Undelivered(f"it said {error.code}: {said}", permanent=permanent) from error
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise Undelivered(f"it can't be reached: {type(error).__name__}") from error
