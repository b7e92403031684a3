"""What a monitoring system told, whichever it is: alerts that belong together."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import BeforeValidator

from dutydesk.kernel.bounds import cut, is_blank
from dutydesk.kernel.refusals import Refused

LARGEST_BODY = 2_000_000
MOST_ALERTS = 5000
MOST_LABELS = 200
LONGEST_LABEL, LONGEST_ANNOTATION = 4_000, 20_000
LONGEST_KEY = 1_500  # Bytes: an index has room for it.
LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 1_000
AT_END = "at its end"
"""The name of the annotation that keeps what a sender says otherwise once an alert is over."""
# Signs without width, and those that turn round what stands after them.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
# Grafana's group keys begin with its address and organisation: so one tells alerts apart by it.
_FAMILY = re.compile(r"\d+ (?:grafana \S* \d+ )?")


class NotAnAlarm(Refused):
    """The body is not what this kind of monitoring system sends.

    `faulty`: why each of its alerts that is wrong can't be read, by their places from 0 on;
    nothing where the body is wrong beside them.
    """

    def __init__(self, reason: str, remedy: str, faulty: Mapping[int, str] | None = None) -> None:
        """Say what is wrong, what to send instead, and which alerts are wrong."""
        super().__init__(reason, remedy)
        self.faulty: Mapping[int, str] = faulty or {}


def text(given: Any) -> str:
    """Give what a sender may mean by a text: a number as one, nothing for null."""
    if isinstance(given, str):
        return given
    return "" if given is None else json.dumps(given, ensure_ascii=False)


def _texts(given: Any) -> Any:
    """Give names and texts; what is null is left out."""
    if not isinstance(given, Mapping):
        return {} if given is None else given
    return {name: text(value) for name, value in given.items() if value is not None}


Text = Annotated[str, BeforeValidator(text)]
Texts = Annotated[dict[str, str], BeforeValidator(_texts)]


def together(own: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Give annotations: a sender's `own` fields, and `more` by names of its choice, none lost."""
    said = {name: value for name, value in own.items() if value}
    besides = {name: value for name, value in more.items() if value and said.get(name) != value}
    more = {f"{name} (besides)" if name in said else name: it for name, it in besides.items()}
    return said | more


def at_most(given: Any) -> Any:
    """Leave out the alerts of a body after the first MOST_ALERTS, and count them."""
    alerts = given.get("alerts") if isinstance(given, Mapping) else None
    if not isinstance(alerts, list) or len(alerts) <= MOST_ALERTS:
        return given
    told, more = given.get("truncatedAlerts"), len(alerts) - MOST_ALERTS
    left_out = more + (told if isinstance(told, int) else 0)
    return {**given, "alerts": alerts[:MOST_ALERTS], "truncatedAlerts": left_out}


def _short(key: str) -> str:
    """Give a group's key as it fits an index: its beginning, and a digest of the whole."""
    whole = key.encode()
    if len(whole) <= LONGEST_KEY:
        return key
    digest = blake2b(whole, digest_size=16).hexdigest()
    return f"{whole[: LONGEST_KEY - 40].decode(errors='ignore')} {digest}"


def _bounded(texts: Mapping[str, str], longest: int) -> Mapping[str, str]:
    """Give the texts, too long ones cut and those after the first MOST_LABELS left out."""
    if len(texts) <= MOST_LABELS and all(len(value) <= longest for value in texts.values()):
        return texts
    kept = list(texts.items())[:MOST_LABELS]
    return {cut(name, longest): cut(value, longest) for name, value in kept}


@dataclass(frozen=True, slots=True)
class NotifiedAlert:
    """One firing thing, known by its fingerprint; `starts_at` tells a new firing from a repeat.

    None for a time that the sender did not tell, or can't mean; see `kernel.moments.told_time`.
    """

    fingerprint: str
    firing: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime | None
    ends_at: datetime | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Keep no more of its texts than can be looked at and matched."""
        object.__setattr__(self, "labels", _bounded(self.labels, LONGEST_LABEL))
        object.__setattr__(self, "annotations", _bounded(self.annotations, LONGEST_ANNOTATION))
        object.__setattr__(self, "source", cut(self.source, LONGEST_LABEL))


@dataclass(frozen=True, slots=True)
class Notification:
    """Alerts that belong together, by group key. `truncated`: so many more were left out.

    `ordered`: one sender tells one thing after the other, so what comes later is so. Without it
    several peers may tell of the same alert, each as far as it knows, late, or twice.
    `family`: how the group keys of one monitoring system begin, whose fingerprints mean the same
    alert in each of its groups. None: they mean something in their own group only.
    """

    group_key: str
    alerts: tuple[NotifiedAlert, ...]
    truncated: int = 0
    ordered: bool = False
    family: str | None = None

    def __post_init__(self) -> None:
        """Keep the group's key short enough to be found by."""
        object.__setattr__(self, "group_key", _short(self.group_key))


def one_line(value: str) -> str:
    """Give a text on one line, without signs that hide in it or turn round what follows them."""
    return " ".join(_HIDDEN.sub("", value).split())


def title_of(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    """Give what the alert is called, in one line: its summary, else its name, else other words.

    What nobody would see is no name.
    """
    told = (
        annotations.get("summary", ""),
        annotations.get("message", ""),
        labels.get("alertname", ""),
        annotations.get("description", "").strip().partition("\n")[0],
        labelled(labels),
    )
    named = (line for line in map(one_line, told) if not is_blank(line))
    return cut(next(named, "An alert without a name"), LONGEST_TITLE)


def labelled(labels: Mapping[str, str]) -> str:
    """Give labels in one line; those without a value are left out."""
    return ", ".join(f"{name}={value}" for name, value in labels.items() if not is_blank(value))


def opens(address: str) -> bool:
    """Say whether a browser can open it as an address of the web, whole as it is."""
    there = address[:8].lower().startswith(("https://", "http://"))
    return there and not address.endswith("…") and not any(map(str.isspace, address))


def runbook_of(annotations: Mapping[str, str]) -> str:
    """Give the address of the alert's runbook, if it names one that a browser can open."""
    address = annotations.get("runbook_url", "").strip()
    return address if opens(address) else ""


def description_of(annotations: Mapping[str, str]) -> str:
    """Give what the alert says about itself, as much as is good to read."""
    said = annotations.get("description", "").strip()
    return "" if is_blank(said) else cut(said, LONGEST_DESCRIPTION)


def words_of(annotations: Mapping[str, str]) -> str:
    """Give what annotations say as one text, each by its name unless that is plain words."""
    plain = ("summary", "message", "description")
    told = (one if name in plain else f"{name}: {one}" for name, one in annotations.items())
    return cut("; ".join(map(one_line, told)), LONGEST_DESCRIPTION)


def apart(told: Sequence[Notification]) -> list[list[int]]:
    """Part the places of `told` so that no part tells of a group twice, or of an alert in two.

    Two routes, or a reload that one peer has made and the other not yet, tell of one alert in two
    groups at the same moment. What tells of the same stays in order, from part to part.
    """
    parts: list[list[int]] = []
    seen: dict[object, int] = {}
    for place, one in enumerate(told):
        names = {alert.fingerprint for alert in one.alerts} if one.family is not None else set()
        about = [one.group_key, *((one.family, name) for name in names)]
        part = max((seen[each] + 1 for each in about if each in seen), default=0)
        seen |= dict.fromkeys(about, part)
        if part == len(parts):
            parts.append([])
        parts[part].append(place)
    return parts


def scoped(key: int, notification: Notification) -> Notification:
    """Give it by the keys that the desk knows: two senders may call different groups the same.

    `key`: the number of the integration key; the peers of one sender share one.
    """
    return replace(
        notification,
        group_key=scoped_key(key, notification.group_key),
        family=None if notification.family is None else scoped_key(key, notification.family),
    )


def scoped_key(key: int, group_key: str) -> str:
    """Give a group's key, or the beginning of one, as the desk knows it."""
    return _short(f"{key} {group_key}")


def family_of(group_key: str) -> str:
    """Give how the group keys of the monitoring system begin that has this one, as it is scoped."""
    found = _FAMILY.match(group_key)
    return found[0] if found else group_key


def sender_of(group_key: str) -> str:
    """Give whose group it is: tellings of one sender take turns."""
    return group_key.partition(" ")[0]
