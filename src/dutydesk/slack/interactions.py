"""What people do in Slack, done here. A form must be opened within three seconds."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from dutydesk.adapters.slack import modals
from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.paragraphs import whole_message
from dutydesk.chat.models import Post
from dutydesk.desk.flows import question_threads
from dutydesk.inbox.flows import arrivals
from dutydesk.kernel.actions import Action, ActionRequest, Actions, NotYours, Person
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.forms import Form, FormValues
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.kernel.tellings import wordings
from dutydesk.people.flows import identities
from dutydesk.people.flows.zones import read_zone
from dutydesk.ports.delivery import Undelivered
from dutydesk.slack import payloads, shortcuts
from dutydesk.slack.commands import HERE, Commands, Opens
from dutydesk.slack.envelopes import outside
from dutydesk.slack.events import DOOR, SENDER, PostAt
from dutydesk.slack.payloads import Deed, Payload
from dutydesk.slack.people import People
from dutydesk.slack.places import public_channel
from dutydesk.slack.replies import reply

Answer = dict[str, Any] | None
Adopt = Callable[[str, str, Payload, datetime], Post | None]


class Stranger(Refused):
    """Whoever acts in Slack has no account here, or it can't be found out now."""


class Gone(Refused):
    """What it is about isn't there."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("That isn't there any more.", "Look at the desk for what is.")


class Interactions:
    """Carries out what somebody did in Slack, and gives what to answer at once.

    `link` gives the whole address of a path of the desk's; `home` shows somebody their home tab;
    `adopt` takes in a message that was left.
    """

    def __init__(
        self,
        call: SlackCall,
        people: People,
        actions: Actions,
        *,
        post_at: PostAt,
        link: Callable[[str], str],
        home: Callable[[str, datetime], None],
        adopt: Adopt,
    ) -> None:
        """Let people do `actions`; `call` answers within two seconds or not at all."""
        self._call, self._people, self._actions = call, people, actions
        self._post_at, self._link, self._home = post_at, link, home
        self._adopt = adopt
        self._commands = Commands(actions, link)

    def __call__(self, key: str, payload: Payload, at: datetime) -> Answer:
        """Do it, once for each `key`; what is in the way is told to that person alone."""
        deed = payloads.read(payload)
        if deed is None:
            return None
        try:
            return self._do(key, deed, at)
        except Refused as refusal:
            if deed.kind == "filled":
                return modals.errors(deed.view, refusal)
            if deed.kind == "typed":
                return ephemeral(str(refusal))
            reply(key=key, where=deed.where, text=str(refusal), at=at)
            return None

    def _do(self, key: str, deed: Deed, at: datetime) -> Answer:
        if deed.kind == "typed":
            return self._answer(deed, at)
        if deed.kind == "filled":
            return self._fill_in(key, deed, at)
        if deed.kind == "changed":
            return self._look_again(deed, at)
        if deed.kind == "chosen" and deed.action == shortcuts.WHO:
            return self._show(modals.told("Who is on", self._commands.who(at)), deed)
        if deed.action not in self._actions:
            return None  # A link was pressed, which needs no answer but this one.
        about = self._about(deed, at) if deed.kind == "chosen" else deed.about
        if self._actions[deed.action].form is not None:
            return self._open(deed.action, about, deed, at)
        return self._press(key, deed, about, at)

    def _press(self, key: str, deed: Deed, about: str, at: datetime) -> Answer:
        person = self._person(deed.where.user, at)
        zone = read_zone(person.zone)

        def do() -> Answer:
            says = self._carried_out(deed.action, ActionRequest(about, person, at, zone))
            if deed.at_home:
                self._home(deed.where.user, at)
            elif says:
                reply(key=key, where=deed.where, text=says, at=at)
            return None

        return arrivals.answer_once(key=key, door=DOOR, sender=SENDER, at=at, do=do)

    def _fill_in(self, key: str, deed: Deed, at: datetime) -> Answer:
        person = self._person(deed.where.user, at)
        zone = read_zone(person.zone)

        def do() -> Answer:
            press = ActionRequest(deed.about, person, at, zone, deed.values)
            says = self._carried_out(deed.action, press) or "Done."
            return {"response_action": "update", "view": modals.told("Done", says)}

        return arrivals.answer_once(key=key, door=DOOR, sender=SENDER, at=at, do=do)

    def _open(self, name: str, about: str, deed: Deed, at: datetime) -> Answer:
        """Open an action's form. Opening it twice changes nothing."""
        person, action = self._person(deed.where.user, at), self._actions[name]
        if not person.may(action.access):
            raise NotYours("This is for engineers of the team.", "Ask one of them.")
        assert action.form is not None
        try:
            form = action.form(about, person, at)
            told = _told(action, form, about, person, form.filled_in(read_zone(person.zone)), at)
        except (ValueError, ObjectDoesNotExist, Http404) as error:
            raise Gone from error
        try:
            view = modals.modal(form, action=name, meta={"about": about}, told=told)
        except modals.FormTooLong as refusal:
            there = self._link(path_to("do", name, about))
            raise Refused(refusal.reason, f"Fill it in on the desk: {there}") from refusal
        return self._show(view, deed)

    def _look_again(self, deed: Deed, at: datetime) -> Answer:
        """Show in a form that is open who would be told what, as it is filled in now.

        What is in the way is left: the form stays as it is, and says so when it is sent.
        """
        if deed.action not in self._actions:
            return None
        person, action = self._person(deed.where.user, at), self._actions[deed.action]
        if action.form is None or action.preview is None or not person.may(action.access):
            return None
        with suppress(ValueError, ObjectDoesNotExist, Http404, Undelivered):
            form = action.form(deed.about, person, at)
            told = _told(action, form, deed.about, person, deed.values, at)
            view = modals.retold(deed.view, told or ())
            self._call("views.update", view_id=deed.view["id"], hash=deed.view["hash"], view=view)
        return None

    def _show(self, view: Mapping[str, Any], deed: Deed) -> Answer:
        try:
            self._call("views.open", trigger_id=deed.trigger, view=view)
        except Undelivered as failure:
            raise Refused(
                f"The form did not open: {failure.reason}.", "Try again, or use the desk itself."
            ) from failure
        return None

    def _about(self, deed: Deed, at: datetime) -> str:
        """Give the subject that a shortcut is chosen on: a message's question, else its thread."""
        if deed.message is None:
            return "new"
        channel, ts = deed.message
        found = Post.objects.select_related("thread").filter(key=f"slack:{channel}:{ts}").first()
        post = found or self._post_at(channel, ts)
        if post is None and deed.action == "thread.ask":
            post = self._taken_in(deed, at)
        if post is not None and deed.action == "incident.note":
            return f"post:{post.pk}"
        root = (post.thread or post) if post else None
        question = question_threads.number_of(root.pk) if root else None
        if question is not None and not deed.action.startswith("thread."):
            return subject("question", question)
        if deed.action == "incident.declare":
            return f"thread:{root.pk}" if root else "new"
        if root is None:
            raise Refused(
                "The desk doesn't follow this message: it is a bot's, answers one that the desk"
                " doesn't know, or stands where the desk isn't.",
                "Ask in the channel in words of your own.",
            )
        if deed.action.startswith("ticket."):
            raise Refused("This belongs to no question.", "Raise tickets from a question's thread.")
        return f"thread:{root.pk}"

    def _taken_in(self, deed: Deed, at: datetime) -> Post | None:
        """Take in a message that was left, since an engineer wants it to be a question."""
        assert deed.message is not None
        if not self._person(deed.where.user, at).may(self._actions[deed.action].access):
            return None
        try:
            return self._adopt(self._people.team(), deed.message[0], deed.said, at)
        except Undelivered as failure:
            raise Refused(
                f"The desk can't find out whose message this is: {failure.reason}.",
                "Try again in a minute.",
            ) from failure

    def _answer(self, deed: Deed, at: datetime) -> Answer:
        """Answer what was typed, or open what it asks for."""
        user = deed.where.user
        if deed.typed.lower() == "connect":
            self._meet(user, at)
            return ephemeral(self.offer(user, at))
        answered = self._commands.answer(deed.typed, at)
        if isinstance(answered, Opens):
            about = self._here(deed) if answered.about == HERE else answered.about
            return self._open(answered.action, about, deed, at)
        return ephemeral(answered)

    def _here(self, deed: Deed) -> str:
        """Give the channel in which it was typed. Raises Refused."""
        try:
            found = public_channel(self._call, self._people.team(), deed.where.channel)
        except Undelivered as failure:
            raise Refused(
                f"The desk can't find out which channel this is: {failure.reason}.",
                "Try again in a minute.",
            ) from failure
        if found is None:
            raise Refused(
                "The desk speaks in public channels only.", "Type this in a public channel."
            )
        return subject("channel", found.channel_id)

    def _meet(self, user: str, at: datetime) -> None:
        """Find out who somebody is. Raises Stranger if that can't be found out now."""
        try:
            self._people.know(user, at)
        except Undelivered as failure:
            raise Stranger(
                f"The desk can't find out who you are: {failure.reason}.", "Try again in a minute."
            ) from failure

    def _person(self, user: str, at: datetime) -> Person:
        """Give who does it. Raises Stranger, which offers them to connect."""
        self._meet(user, at)
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
            f"{self._link(path_to('connect', token))}"
        )

    def _carried_out(self, name: str, press: ActionRequest) -> str:
        """Do it, and give what to say of it. Raises Refused."""
        if name not in self._actions:
            raise Gone
        try:
            done = self._actions.carry_out(name, press)
        except (ValueError, ObjectDoesNotExist, Http404) as error:
            raise Gone from error
        where = self._link(screen_of(done.show)) if done.show else ""
        return " ".join(filter(None, (done.says, where)))


def _told(
    action: Action, form: Form, about: str, by: Person, given: FormValues, at: datetime
) -> modals.Audiences | None:
    """Give what each audience would read of a form; None if nobody is ever told by it."""
    if action.preview is None:
        return None
    zone = read_zone(by.zone)
    answers = form.read_so_far(given, zone)
    return wordings(action.preview(ActionRequest(about, by, at, zone, given, answers)))


def ephemeral(text: str) -> dict[str, Any]:
    """Give an answer that only whoever typed the command sees, shown as it is."""
    return {"response_type": "ephemeral", **whole_message(text)}
