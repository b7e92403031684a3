"""What GitHub says, as the values of our port. Only the few fields that are needed are read."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from dutydesk.kernel import bounds
from dutydesk.kernel.fences import fence_after
from dutydesk.ports.tracker import Issue, Remark, TrackerEvent, TrackerPlace
from dutydesk.ports.webhooks import Forged

_MARKER = re.compile(r"<!-- (dutydesk:\S+) -->")
_LAST = re.compile(r"^<!-- (dutydesk:\S+) -->\s*\Z", re.MULTILINE)
_ASIDE = re.compile(r" {0,3}>| {4}| {0,3}\t")  # What is quoted, and what is indented as code is.
_QUIET_AT, _NO_COMMENT = "@\N{ZERO WIDTH SPACE}", "&lt;!--"
_EVENT, _DELIVERY = "X-GitHub-Event", "X-GitHub-Delivery"
_GONE = ("deleted", "transferred")
_UNDONE = ("not_planned", "duplicate")


def with_marker(text: str, marker: str, *, first: bool = False) -> str:
    """Give a text with a marker that nobody sees; what looks like one in the text no longer does.

    It stands last, or `first` in what is made as by an issue form, where what stands last would be
    part of the last answer.
    Whoever is named with an @ in what people wrote is not called by it.
    """
    calm = re.sub(r"(?<![\w/`])@(?=[\w-])", _QUIET_AT, text)
    parts = [calm.replace("<!--", _NO_COMMENT), f"<!-- {marker} -->"]
    return "\n\n".join(reversed(parts) if first else parts)


def split_marker(text: str) -> tuple[str, str]:
    """Give a text without its marker, as it was before it got one, and the marker.

    People may have written above and below. What they quote, or show as code, is none; of several
    the first counts. Without one the text is as it is, and the marker empty.
    """
    found = {one.start(): one for one in _markers(text)}
    if not found:
        return text, ""
    inside, at = "", 0
    for place in sorted(found):
        inside = _joined(inside, text[at:place]) if at else text[:place]
        at = found[place].end()
    inside = _joined(inside, text[at:])
    return inside.replace(_QUIET_AT, "@").replace(_NO_COMMENT, "<!--"), found[min(found)][1]


def _markers(text: str) -> Iterator[re.Match[str]]:
    """Give our markers in a text. One that ends it is one though a block of code be open there."""
    at, fence = 0, ""
    for line in text.split("\n"):
        before, fence = fence, fence_after(line, fence)
        if not (before or fence or _ASIDE.match(line)):
            for one in _MARKER.finditer(text, at, at + len(line)):
                if text.count("`", at, one.start()) % 2 == 0:
                    yield one
        at += len(line) + 1
    if (last := _LAST.search(text)) is not None:
        yield last


def _joined(above: str, below: str) -> str:
    """Give what stood above and below of a marker as one text."""
    if above[-1:] not in ("", "\n") or below[:1] not in ("", "\n"):
        return above + below
    above, below = above.rstrip("\n"), below.lstrip("\n")
    return f"{above}\n\n{below}" if above and below else above + below


def issue_from(given: Mapping[str, Any]) -> Issue:
    """Read an issue; PostgreSQL stores no NUL, so there is none in it."""
    body, marker = split_marker(_clean(given.get("body")))
    people = given.get("assignees") or ([given["assignee"]] if given.get("assignee") else [])
    return Issue(
        number=_number(given["number"]),
        node=str(given["node_id"]),
        url=str(given["html_url"]),
        title=_clean(given["title"]),
        body=body,
        author=_login(given.get("user")),
        closed=given.get("state") == "closed",
        logins=tuple(_login(one) for one in people),
        labels=tuple(_label(one) for one in given.get("labels") or ()),
        at=moment(given["updated_at"]),
        marker=marker,
        undone=given.get("state_reason") in _UNDONE,
    )


def remark_from(given: Mapping[str, Any], issue: str = "", *, removed: bool = False) -> Remark:
    """Read a comment; `issue` is the node of its issue, or the end of its address is its number.

    The desk's own ends with its marker. Who repeats that says something of their own too.
    """
    text = _clean(given.get("body"))
    body, marker = split_marker(text)
    return Remark(
        number=str(given["id"]),
        issue=issue or str(given["issue_url"]).rpartition("/")[2],
        author=_login(given.get("user")),
        body=body,
        at=moment(given["created_at"]),
        changed_at=moment(given["updated_at"]),
        marker=marker if _LAST.search(text) else "",
        removed=removed,
    )


def _elsewhere(told: Mapping[str, Any]) -> str:
    """Give the node that a transferred issue has, or had, in the other repository; empty for none.

    Source: the `changes` of `issues`, https://docs.github.com/en/webhooks/webhook-events-and-payloads.
    """
    changes = told.get("changes") or {}
    other = changes.get("new_issue") or changes.get("old_issue") or {}
    return str(other.get("node_id") or "")[:100]


def _clean(text: Any) -> str:
    return str(text or "").replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n")


def _number(given: Any) -> int:
    found = bounds.number(str(given), most=2**31 - 1)
    if found is None:
        raise ValueError("no issue has that number")
    return found


def _login(given: Mapping[str, Any] | None) -> str:
    """Give somebody's name there; a deleted account is GitHub's “ghost”."""
    return str((given or {}).get("login") or "ghost")


def _label(given: Any) -> str:
    return str(given["name"] if isinstance(given, Mapping) else given)


def moment(text: str) -> datetime:
    """Read a time, which GitHub tells in UTC."""
    found = bounds.local_time(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class GitHubWebhooks:
    """Reads webhooks that bear a signature made with our secret.

    Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries.
    """

    def __init__(self, secret: str, where: Callable[[], TrackerPlace]) -> None:
        """Trust what is signed with `secret`, and take what is of the place that tickets are in."""
        self._secret, self._where = secret.encode(), where

    def check(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Give the headers that say what it is, if it is signed. Raises Forged."""
        expected = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        given = headers.get("X-Hub-Signature-256", "")
        key = self.key(headers)
        if not hmac.compare_digest(given.encode(), expected.encode()) or not key:
            raise Forged(
                "This is not signed with the webhook's secret.",
                "Set DUTYDESK_GITHUB_WEBHOOK_SECRET to the one that GitHub has.",
            )
        return {_EVENT: headers.get(_EVENT, ""), _DELIVERY: key}

    def key(self, headers: Mapping[str, str]) -> str:
        """Give the number of the delivery; one that GitHub makes again has the same."""
        return headers.get(_DELIVERY, "")

    def read(self, body: bytes, headers: Mapping[str, str]) -> TrackerEvent | None:
        """Give what it says of a ticket; None for everything else."""
        key = f"github:{self.key(headers)}"[:100]
        try:
            told = json.loads(bounds.storable_json(body))
            word = self._read(headers.get(_EVENT, ""), key, told)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
            return None  # Signed, but nothing that tells of a ticket: it is taken all the same.
        return word

    def _read(self, event: str, key: str, told: Mapping[str, Any]) -> TrackerEvent | None:
        if event == "projects_v2_item":
            item = told["projects_v2_item"]
            is_issue = item["content_type"] == "Issue"
            return TrackerEvent(key, moved=str(item["content_node_id"])) if is_issue else None
        if told["repository"]["full_name"].lower() != self._where().repository.lower():
            return None
        if "pull_request" in told["issue"]:
            return None
        if event == "issues":
            gone, issue = told["action"] in _GONE, issue_from(told["issue"])
            return TrackerEvent(key, issue, gone=gone, elsewhere=_elsewhere(told))
        if event == "issue_comment" and told["action"] in ("created", "edited", "deleted"):
            issue, removed = issue_from(told["issue"]), told["action"] == "deleted"
            said = remark_from(told["comment"], issue.node, removed=removed)
            return TrackerEvent(key, issue, remark=said)
        return None
