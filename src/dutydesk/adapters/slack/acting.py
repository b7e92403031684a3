"""What people press, fill in, choose and type in Slack, as what they do here.

Source: https://docs.slack.dev/interactivity/handling-user-interaction and
/interactivity/implementing-slash-commands. A form must be opened within three seconds.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from dutydesk.adapters.slack import modals, offers
from dutydesk.adapters.slack.api import Call
from dutydesk.adapters.slack.commands import Commands, Opens
from dutydesk.adapters.slack.events import PostAt
from dutydesk.adapters.slack.people import People, outside
from dutydesk.adapters.slack.replying import Where, reply
from dutydesk.chat.flows import hearing
from dutydesk.chat.models import Post
from dutydesk.kernel.actions import Action, Actions, Done, NotYours, Person, Press
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import screen_of
from dutydesk.people.flows import identities
from dutydesk.ports.delivery import Undelivered
from dutydesk.process import flows as process

logger = logging.getLogger(__name__)
KIND = "slack.act"
Payload = Mapping[str, Any]
Answer = dict[str, Any] | None
_GONE = Refused("That isn't there any more.", "Look at the desk for what is.")


class Stranger(Refused):
    """Whoever acts in Slack has no account here."""


class Acting:
    """Carries out what somebody did in Slack, and gives what to answer at once.

    `link` gives the whole address of a path of the desk's.
    """

    def __init__(
        self,
        call: Call,
        people: People,
        actions: Actions,
        *,
        post_at: PostAt,
        link: Callable[[str], str],
        home: Callable[[str, datetime], None],
    ) -> None:
        """Let people do `actions`; `call` answers within two seconds or not at all."""
        self._call, self._people, self._actions = call, people, actions
        self._post_at, self._link, self._home = post_at, link, home
        self._commands = Commands(actions, link)

    def __call__(self, key: str, payload: Payload, at: datetime) -> Answer:
        """Do it, once for each `key`; what is in the way is told to that person alone."""
        do = {
            "block_actions": self._pressed,
            "view_submission": self._filled,
            "shortcut": self._chosen,
            "message_action": self._chosen,
            "command": self._typed,
        }.get(str(payload.get("type")))
        if do is None:
            return None
        try:
            return do(key, payload, at)
        except (LookupError, TypeError, AttributeError) as error:
            logger.warning("Slack told what can't be read: %s", type(error).__name__)
            return None

    def _pressed(self, key: str, payload: Payload, at: datetime) -> Answer:
        name, about = pressed(payload["actions"][0])
        if name in self._actions.names():  # Else it is a link, which needs no answer but this one.
            self._open_or_do(key, name, about, payload, at)
        return None

    def _open_or_do(self, key: str, name: str, about: str, payload: Payload, at: datetime) -> None:
        """Open the action's form, or do it; what came of it is told to that person alone."""
        where = Where.of(payload)
        try:
            person = self._person(payload, at)
            if self._actions[name].form is not None:
                return self._open(self._actions[name], about, person, payload, at)

            def do() -> Answer:
                done = _carried_out(self._actions, name, Press(about, person, at, {}))
                if payload.get("view"):
                    self._home(where.user, at)
                elif text := self._says(done):
                    reply(key=key, where=where, text=text, at=at)
                return None

            hearing.answer_once(key=key, kind=KIND, at=at, do=do)
        except Refused as refusal:
            reply(key=key, where=where, text=str(refusal), at=at)

    def _open(
        self, action: Action, about: str, person: Person, payload: Payload, at: datetime
    ) -> None:
        if not person.may(action.access):
            raise NotYours("This is for engineers of the team.", "Ask one of them.")
        assert action.form is not None
        try:
            form = action.form(about, person, at)
        except (ValueError, ObjectDoesNotExist) as error:
            raise _GONE from error
        meta = {"about": about}
        zone = process.in_force().zone
        view = modals.modal(form, action=action.name, meta=meta, zone=zone)
        self._show(view, payload)

    def _show(self, view: Mapping[str, Any], payload: Payload) -> None:
        try:
            self._call("views.open", trigger_id=payload["trigger_id"], view=view)
        except Undelivered as failure:
            raise Refused(
                f"Slack did not open the form: {failure.reason}.", "Try again, or use the desk."
            ) from failure

    def _filled(self, key: str, payload: Payload, at: datetime) -> Answer:
        view = payload["view"]
        about = json.loads(view.get("private_metadata") or "{}").get("about", "")
        values = modals.filled(view, process.in_force().zone)

        def do(person: Person) -> Answer:
            press = Press(about, person, at, {**values, "filled": "1"})
            done = _carried_out(self._actions, str(view["callback_id"]), press)
            text = self._says(done) or "Done."
            return {"response_action": "update", "view": modals.told("Done", text)}

        try:
            person = self._person(payload, at)
            return hearing.answer_once(key=key, kind=KIND, at=at, do=lambda: do(person))
        except Refused as refusal:
            return modals.errors(view, str(refusal))

    def _chosen(self, key: str, payload: Payload, at: datetime) -> Answer:
        """Do what a shortcut asks for: show who is on, or open the action's form."""
        name = str(payload["callback_id"]).partition(":")[2]
        try:
            if name == offers.WHO:
                self._show(modals.told("Who is on", self._commands.who(at)), payload)
            elif name in self._actions.names():
                self._open_or_do(key, name, self._about(name, payload), payload, at)
        except Refused as refusal:
            reply(key=key, where=Where.of(payload), text=str(refusal), at=at)
        return None

    def _about(self, name: str, payload: Payload) -> str:
        """Give the subject that a message stands for: its question, else its thread."""
        if "message" not in payload:
            return "new"
        channel, ts = str(payload["channel"]["id"]), str(payload["message"]["ts"])
        found = Post.objects.filter(key=f"slack:{channel}:{ts}").first()
        post = found or self._post_at(channel, ts)
        root = (post.thread or post) if post else None
        question = getattr(root, "question", None)
        if question is not None:
            return str(question.about)
        if name == "incident.declare":
            return "new"
        if root is None:
            raise Refused("The desk hasn't read this message.", "Invite it to the channel first.")
        if name.partition(".")[0] == "ticket":
            raise Refused("This belongs to no question.", "Raise tickets from a question's thread.")
        return f"thread:{root.pk}"

    def _typed(self, key: str, payload: Payload, at: datetime) -> Answer:
        """Answer what was typed, or open what it asks for."""
        typed = str(payload.get("text") or "")
        try:
            if typed.strip().lower() == "connect":
                return ephemeral(self.offer(self._met(payload, at), at))
            answered = self._commands.answer(typed, self._known(payload, at), at)
            if not isinstance(answered, Opens):
                return ephemeral(answered)
            person = self._person(payload, at)
            self._open(self._actions[answered.action], answered.about, person, payload, at)
        except Refused as refusal:
            return ephemeral(str(refusal))
        return None

    def _known(self, payload: Payload, at: datetime) -> Person | None:
        try:
            return self._people.person(self._met(payload, at))
        except Stranger:
            return None

    def _met(self, payload: Payload, at: datetime) -> str:
        """Give the number of whoever does it, once it is known who they are. Raises Stranger."""
        user = user_of(payload)
        try:
            self._people.know(user, at)
        except Undelivered as failure:
            raise Stranger(
                f"The desk can't find out who you are: {failure.reason}.", "Try again in a minute."
            ) from failure
        return user

    def _person(self, payload: Payload, at: datetime) -> Person:
        """Give who does it. Raises Stranger, which offers them to connect."""
        user = self._met(payload, at)
        person = self._people.person(user)
        if person is None:
            raise Stranger("The desk doesn't know yet who you are here.", self.offer(user, at))
        return person

    def offer(self, user: str, at: datetime) -> str:
        """Give how somebody whom nobody knows connects."""
        named = outside(self._people.team(), user)
        token = identities.connect_token(outside=named, at=at)
        minutes = identities.CONNECT_LASTS // timedelta(minutes=1)
        return (
            f"Connect with your account, within {minutes} minutes: "
            f"{self._link(f'/people/connect/{token}')}"
        )

    def _says(self, done: Done) -> str:
        where = self._link(screen_of(done.show)) if done.show else ""
        return " ".join(filter(None, (done.says, where)))


def user_of(payload: Payload) -> str:
    """Give the number of whoever did it."""
    user = payload.get("user")
    return str(user["id"] if isinstance(user, Mapping) else payload["user_id"])


def pressed(action: Payload) -> tuple[str, str]:
    """Give the action and the subject that a button stands for."""
    name = str(action.get("action_id") or "").partition("#")[0]
    return name, str(action.get("value") or "")


def ephemeral(text: str) -> dict[str, Any]:
    """Give an answer that only whoever typed the command sees, shown as it is."""
    block = modals.section(text)
    return {"response_type": "ephemeral", "text": modals.cut(text, 3000), "blocks": [block]}


def _carried_out(actions: Actions, name: str, press: Press) -> Done:
    try:
        return actions.carry_out(name, press)
    except (KeyError, ValueError, ObjectDoesNotExist) as error:
        raise _GONE from error
