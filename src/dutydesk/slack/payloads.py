"""Reading what somebody did in Slack: pressed, filled in, chose or typed.

Source: https://docs.slack.dev/reference/interaction-payloads and
https://docs.slack.dev/interactivity/implementing-slash-commands.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dutydesk.adapters.slack import modals
from dutydesk.kernel.forms import FormValues
from dutydesk.slack.replies import Where

logger = logging.getLogger(__name__)
Payload = Mapping[str, Any]
Kind = Literal["pressed", "changed", "filled", "chosen", "typed"]


@dataclass(frozen=True)
class Deed:
    """One thing that somebody did. `action` and `about` are what a button or a form stands for.

    `view` is the form that was filled in, or `changed` while it is; `message` names the one that a
    shortcut was chosen on, which is `said`.
    """

    kind: Kind
    where: Where
    trigger: str
    action: str = ""
    about: str = ""
    at_home: bool = False
    view: Payload = field(default_factory=dict)
    values: FormValues = field(default_factory=dict)
    message: tuple[str, str] | None = None
    said: Payload = field(default_factory=dict)
    typed: str = ""


def read(payload: Payload) -> Deed | None:
    """Give what somebody did; None for what the desk doesn't follow, or can't read."""
    reader = _READERS.get(str(payload.get("type")))
    try:
        return reader(payload) if reader else None
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        logger.warning("Slack told what can't be read: %s", type(error).__name__)
        return None


def _where(payload: Payload) -> Where:
    channel, message = payload.get("channel") or {}, payload.get("message") or {}
    thread = message.get("thread_ts")
    return Where(str(payload["user"]["id"]), str(channel.get("id", "")), str(thread or ""))


def _pressed(payload: Payload) -> Deed:
    """Read a press. A button's `action_id` may have a number behind `#`, to be the only one."""
    if (payload.get("view") or {}).get("type") == "modal":
        return _changed(payload)
    action = payload["actions"][0]
    return Deed(
        "pressed",
        _where(payload),
        str(payload.get("trigger_id") or ""),
        action=str(action["action_id"]).partition("#")[0],
        about=str(action.get("value") or ""),
        at_home=bool(payload.get("view")),
    )


def _changed(payload: Payload) -> Deed:
    """Read what a form is filled in with so far."""
    view = payload["view"]
    meta = json.loads(view["private_metadata"])
    return Deed(
        "changed",
        _where(payload),
        str(payload.get("trigger_id") or ""),
        action=str(view["callback_id"]),
        about=str(meta["about"]),
        view=view,
        values=modals.filled(view),
    )


def _filled(payload: Payload) -> Deed:
    view = payload["view"]
    meta = json.loads(view["private_metadata"])
    return Deed(
        "filled",
        _where(payload),
        str(payload.get("trigger_id") or ""),
        action=str(view["callback_id"]),
        about=str(meta["about"]),
        view={"blocks": [dict(one) for one in view["blocks"]]},
        values=modals.filled(view),
    )


def _chosen(payload: Payload) -> Deed:
    on = payload.get("message")
    return Deed(
        "chosen",
        _where(payload),
        str(payload.get("trigger_id") or ""),
        action=str(payload["callback_id"]).partition(":")[2],
        message=(str(payload["channel"]["id"]), str(on["ts"])) if on else None,
        said=dict(on) if on else {},
    )


def _typed(payload: Payload) -> Deed:
    where = Where(str(payload["user_id"]), str(payload.get("channel_id") or ""))
    trigger = str(payload.get("trigger_id") or "")
    return Deed("typed", where, trigger, typed=str(payload.get("text") or "").strip())


_READERS: dict[str, Callable[[Payload], Deed]] = {
    "block_actions": _pressed,
    "view_submission": _filled,
    "shortcut": _chosen,
    "message_action": _chosen,
    "command": _typed,
}
