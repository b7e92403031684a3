"""One way to talk with the desk for each chat: its own, by its screens, and Slack, by its doors.

Both are used as people use them: what is pressed is a button that they see, found by its label.
"""

import html
import itertools
import re
from typing import Any, ClassVar, Protocol

from django.test import Client

from doubles.slack_workspace import TEAM, Workspace
from dutydesk.chat.flows import desk_posts, post_mirror
from dutydesk.chat.models import ChannelMapping
from dutydesk.people.models import Account
from testing.said import say_what_is_owed
from testing.slack import ADA, ASK, BEN, UMA, event, hear, message, slack_of, ts_of
from testing.world import World

HERE = "#ask-cloud-platform"
_BUTTON = re.compile(r'action="/do/([^/"]+)/([^/"]+)".*?<button[^>]*>(.*?)</button>', re.DOTALL)
_FIELD = re.compile(
    r'<(?:input|textarea)[^>]*name="(\w+)"(?:[^>]*value="([^"]*)"|[^>]*>([^<]*)</textarea>)'
)
_ARTICLE = re.compile(r'<article class="post([^"]*)".*?</article>', re.DOTALL)


class Chat(Protocol):
    """What people do in a chat. A post is named by where it stands there."""

    world: World

    def say(self, by: str, text: str, thread: str = "") -> str:
        """Post in the ask channel, or in a thread; give where it stands."""
        ...

    def change(self, by: str, post: str, text: str) -> None:
        """Change what one has posted."""
        ...

    def take_back(self, by: str, post: str) -> None:
        """Remove what one has posted."""
        ...

    def mark(self, by: str, post: str, name: str, *, on: bool = True) -> None:
        """Put a mark on a post, or take it off."""
        ...

    def sees(self, who: str, thread: str) -> list[str]:
        """Give what somebody sees in a thread under its first post, in order, as one text each."""
        ...

    def press(self, by: str, thread: str, label: str, **values: str) -> None:
        """Press the last button in a thread that is called so; fill in the form that it opens."""
        ...


class BuiltIn:
    """The desk's own chat, on its screens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ask = desk_posts.place(HERE).pk

    def _visit(self, name: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(name=name))
        return client

    def say(self, by: str, text: str, thread: str = "") -> str:
        where = f"/threads/{thread}" if thread else f"/channels/{self.ask}"
        answer = self._visit(by).post(where, {"text": text})
        assert answer.status_code == 302, answer.text
        self.world.settle()
        if thread:
            return str(re.findall(r'id="post-(\d+)"', self._page(by, thread))[-1])
        return str(answer.headers["Location"].rpartition("/")[2])

    def _do(self, by: str, action: str, about: str, **values: str) -> None:
        answer = self._visit(by).post(f"/do/{action}/{about}", values)
        assert answer.status_code == 302, answer.text
        self.world.settle()

    def change(self, by: str, post: str, text: str) -> None:
        self._do(by, "post.edit", f"post:{post}", text=text, filled="1")

    def take_back(self, by: str, post: str) -> None:
        self._do(by, "post.remove", f"post:{post}", filled="1")

    def mark(self, by: str, post: str, name: str, *, on: bool = True) -> None:
        self._do(by, f"post.{'mark' if on else 'unmark'}={name}", f"post:{post}")

    def _page(self, who: str, thread: str) -> str:
        answer = self._visit(who).get(f"/threads/{thread}")
        assert answer.status_code == 200
        return str(answer.text)

    def sees(self, who: str, thread: str) -> list[str]:
        articles = [found.group(0) for found in _ARTICLE.finditer(self._page(who, thread))]
        return [_text(one) for one in articles[1:]]

    def press(self, by: str, thread: str, label: str, **values: str) -> None:
        buttons = _BUTTON.findall(self._page(by, thread))
        action, about, _ = [one for one in buttons if _text(one[2]) == label][-1]
        if values:
            form = self._visit(by).get(f"/do/{action}/{about}").text
            given = {name: html.unescape(one or other) for name, one, other in _FIELD.findall(form)}
            values = {**given, **values, "filled": "1"}
        self._do(by, action, about, **values)


class InSlack:
    """Slack: what it tells the desk of people, and what the desk has said there."""

    users: ClassVar = {"Ada": ADA, "Ben": BEN, "Uma": UMA}

    def __init__(self, world: World, there: Workspace) -> None:
        self.world, self.there = world, there
        self.slack = slack_of(world, there, post_at=post_mirror.post_at)
        self._numbers = itertools.count(1)

    def _hear(self, what: dict[str, Any]) -> None:
        hear(self.world, event(what))
        self._settle()

    def _settle(self) -> None:
        """Let everything that is owed there be said there, in no time."""
        self.world.settle()
        while say_what_is_owed(mouth=self.slack.speaking, now=lambda: self.world.at):
            ChannelMapping.objects.update(due_at=None)

    def say(self, by: str, text: str, thread: str = "") -> str:
        ts = ts_of(self.world.at, next(self._numbers))
        more = {"thread_ts": thread} if thread else {}
        said = message(text, ts, by=self.users[by], **more)
        self.there.history.setdefault(ASK, []).append(said)
        self._hear(said)
        return ts

    def change(self, by: str, post: str, text: str) -> None:
        said = message(text, post, by=self.users[by])
        self._hear(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": ASK,
                "ts": ts_of(self.world.at, 900),
                "message": said,
                "previous_message": {**said, "text": "before"},
            }
        )

    def take_back(self, by: str, post: str) -> None:
        gone = {"type": "message", "subtype": "message_deleted", "channel": ASK}
        self._hear({**gone, "ts": ts_of(self.world.at, 901), "deleted_ts": post})

    def mark(self, by: str, post: str, name: str, *, on: bool = True) -> None:
        self._hear(
            {
                "type": "reaction_added" if on else "reaction_removed",
                "user": self.users[by],
                "reaction": name,
                "item": {"type": "message", "channel": ASK, "ts": post},
                "event_ts": ts_of(self.world.at, 902),
            }
        )

    def _seen(self, who: str, thread: str) -> list[dict[str, Any]]:
        self._settle()
        said = [one for one in self.there.history[ASK] if one.get("thread_ts") == thread]
        alone = self.there.called("chat.postEphemeral")
        mine = {"user": self.users[who], "thread_ts": thread}
        return said + [one for one in alone if one.items() >= mine.items()]

    def sees(self, who: str, thread: str) -> list[str]:
        return [" ".join(one["text"].split()) for one in self._seen(who, thread)]

    def press(self, by: str, thread: str, label: str, **values: str) -> None:
        rows = [block for one in self._seen(by, thread) for block in one.get("blocks") or ()]
        buttons = [one for row in rows for one in row.get("elements", ()) if "action_id" in one]
        button = [one for one in buttons if one["text"]["text"] == label][-1]
        what = {**button, "type": "button"}
        about = {"channel_id": ASK, "message_ts": thread, "type": "message"}
        self._act(by, {"type": "block_actions", "actions": [what], "container": about})
        if values:
            view = self.there.called("views.open")[-1]["view"]
            state = _state(view, values)
            self._act(by, {"type": "view_submission", "view": {**view, "state": state}})

    def _act(self, by: str, payload: dict[str, Any]) -> None:
        who = {"id": self.users[by], "team_id": TEAM}
        number = next(self._numbers)
        payload = {"user": who, "team": {"id": TEAM}, "trigger_id": "1.2", **payload}
        self.slack.acting(f"slack:{number}", payload, self.world.at)
        self._settle()


def _state(view: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """Give what a form says once it is filled in: what it was opened with, and `values`."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            first = element.get("initial_value", "")
            given = {"type": element["type"], "value": values.get(name, first) or None}
            state[name] = {element.get("action_id", "value"): given}
    return {"values": state}


def _text(page: str) -> str:
    body = re.sub(r"<header>.*?</header>|<footer>.*?</footer>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
