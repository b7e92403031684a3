"""Saying the desk's posts in Slack.

Source: https://docs.slack.dev/reference/methods/chat.postMessage, chat.update, chat.delete,
chat.postEphemeral, reactions.add, reactions.remove; https://docs.slack.dev/messaging/message-metadata.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.blocks import calling, message
from dutydesk.adapters.slack.paragraphs import Block, cut
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import Blocked, OutgoingPost

EVENT = "dutydesk_post"
_SO_ALREADY = ("already_reacted", "no_reaction", "message_not_found")
_LOOK_BACK, _MOST_PAGES = 200, 25
_REMEDIES: Mapping[str, str] = {
    "not_in_channel": "Invite the app to the channel.",
    "channel_not_found": "Invite the app to the channel, or rename it in the process.",
    "is_archived": "Bring the channel back, or name another in the process.",
    "restricted_action": "Let the app post there.",
    "missing_scope": "Install the app again from the newest manifest.",
    "invalid_auth": "Set a bot token that is valid.",
    "not_authed": "Set a bot token that is valid.",
    "account_inactive": "Install the app again and set its token.",
    "token_revoked": "Install the app again and set its token.",
    "token_expired": "Install the app again and set its token.",
    "team_access_not_granted": "Install the app in this workspace.",
}


class SlackPoster:
    """Says, changes and takes away what the desk's posts are in Slack, each once."""

    def __init__(
        self,
        call: SlackCall,
        link: Callable[[str], str],
        mentions: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Ask Slack with `call`; `link` gives a path of the desk's as an address.

        `mentions` gives the user group that each of them calls, in what the desk itself says.
        """
        self._call, self._link, self._mentions = call, link, mentions

    def say(self, said: OutgoingPost) -> str:
        """Let a post stand in Slack as it is here; give its `ts`. Raises Undelivered, Blocked."""
        try:
            if said.removed:
                return self._take_away(said)
            if said.reference:
                return self._change(said)
            return self._new(said)
        except Undelivered as failure:
            code = failure.reason.rpartition(": ")[2] if failure.permanent else ""
            if code in _REMEDIES:
                raise Blocked(f"{failure.reason}.", _REMEDIES[code]) from failure
            raise

    def mark(self, *, channel: str, reference: str, name: str, on: bool) -> None:
        """Put the desk's own reaction on a message, or take it off. Raises Undelivered."""
        method = "reactions.add" if on else "reactions.remove"
        try:
            self._call(method, channel=channel, timestamp=reference, name=name)
        except Undelivered as failure:
            if failure.reason.rpartition(": ")[2] not in _SO_ALREADY:
                raise

    def _new(self, said: OutgoingPost) -> str:
        words = self._words(said)
        told = {"key": said.key, "words": _digest(words)}
        if said.uncertain and not said.only_for and (found := self._there_already(said)):
            there = replace(said, reference=str(found["ts"]))
            same = found["metadata"]["event_payload"].get("words") == told["words"]
            return there.reference if same else self._change(there)
        where = {"channel": said.channel, "thread_ts": said.thread or None}
        try:
            if said.only_for:
                answer = self._call("chat.postEphemeral", user=said.only_for, **where, **words)
                return str(answer.get("message_ts", "")) or "seen"
            answer = self._call(
                "chat.postMessage",
                **where,
                **words,
                username=cut(said.author, 80) if said.author else None,
                metadata={"event_type": EVENT, "event_payload": told},
                unfurl_links="false",
            )
        except Undelivered as failure:
            if failure.permanent or failure.retry_after is not None:
                raise
            raise Undelivered(failure.reason, uncertain=True) from failure
        return str(answer["ts"])

    def _words(self, said: OutgoingPost) -> Block:
        words = message(said.message, self._link(said.screen), said.mentions)
        return words if said.author else calling(words, self._mentions())

    def _there_already(self, said: OutgoingPost) -> Block:
        """Give what an earlier try put there, if that arrived; it may say what was so then.

        A channel is told newest first. A thread is told oldest first, so it is read to its end.
        """
        asked: dict[str, Any] = {"channel": said.channel, "include_all_metadata": "true"}
        method, pages = "conversations.history", 1
        if said.thread:
            method, pages = "conversations.replies", _MOST_PAGES
            asked["ts"] = said.thread
        for _ in range(pages):
            answer = self._call(method, limit=_LOOK_BACK, **asked)
            for one in answer.get("messages") or ():
                meta = one.get("metadata") or {}
                if meta.get("event_type") == EVENT and meta["event_payload"].get("key") == said.key:
                    return dict(one)
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                break
        return {}

    def _change(self, said: OutgoingPost) -> str:
        words = self._words(said)
        self._call("chat.update", channel=said.channel, ts=said.reference, **words)
        return said.reference

    def _take_away(self, said: OutgoingPost) -> str:
        try:
            self._call("chat.delete", channel=said.channel, ts=said.reference)
        except Undelivered as failure:
            if not failure.reason.endswith("message_not_found"):
                raise
        return said.reference


def _digest(words: Block) -> str:
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]
