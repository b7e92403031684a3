"""The home tab: who is on, what one owes, one's questions.

Source: https://docs.slack.dev/surfaces/app-home, and 100 blocks at most in a view.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.adapters.slack.paragraphs import plain_text, section
from dutydesk.desk.models import OVER, Question
from dutydesk.incidents.flows import owners
from dutydesk.kernel.actions import Actions, Person
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import screen_of
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery
from dutydesk.process.flows import process
from dutydesk.slack.commands import Commands
from dutydesk.slack.kinds import HOME
from dutydesk.slack.people import People

MOST = 15
Block = dict[str, Any]


class HomeTab:
    """Shows people their home tab."""

    def __init__(
        self,
        people: People,
        actions: Actions,
        link: Callable[[str], str],
        offer: Callable[[str, datetime], str],
    ) -> None:
        """Show what these actions do; `offer` gives how a stranger connects."""
        self._people, self._actions, self._link, self._offer = people, actions, link, offer
        self._commands = Commands(actions, link)

    def show(self, user: str, at: datetime) -> None:
        """Owe somebody their tab as it is when it is delivered; the newest counts."""
        outbox.enqueue(
            key=f"slack.home:{user}:{at.isoformat()}"[:200],
            kind=HOME,
            subject=f"slack-home:{user}"[:60],
            payload={"user": user, "what": "A home tab in Slack"},
            at=at,
        )

    def view(self, user: str, at: datetime) -> Block:
        """Give somebody's tab. Raises Undelivered if Slack must be asked who they are."""
        self._people.know(user, at)
        person = self._people.person(user)
        blocks = [_header("Who is on now"), section(self._commands.who(at))]
        if person is None:
            blocks += [_header("Who are you?"), section(self._offer(user, at))]
        else:
            blocks += [_header("What you owe"), *self._owed(person, at)]
            blocks += [_header("Your questions"), *self._questions(person, at)]
        if person is not None and person.may("engineer"):
            blocks.append(_buttons("incident.declare", "new", "Declare an incident"))
        blocks.append(_link_to("Open the desk", self._link(path_to("now"))))
        return {"type": "home", "blocks": blocks}

    def _owed(self, person: Person, at: datetime) -> Iterator[Block]:
        zone = process.in_force().zone
        mine = owners.owed_by(person.name, at=at)
        if not mine:
            yield section("Nothing just now.")
        for one in mine[:MOST]:
            late = "Overdue since" if one.due_at < at else "By"
            text = f"{one.text}\n{late} {when(one.due_at, zone, at)}"
            yield _row(text, self._link(screen_of(one.subject)))
        if len(mine) > MOST:
            yield section("… and more on the desk.")

    def _questions(self, person: Person, at: datetime) -> Iterator[Block]:
        zone = process.in_force().zone
        asked = Question.objects.filter(asker=person.account)
        if person.engineer is not None:
            asked |= Question.objects.filter(engineer=person.engineer)
        open_ = asked.exclude(state__in=OVER).select_related("post").order_by("asked_at")
        mine = list(open_[: MOST + 1])
        if not mine:
            yield section(f"None is open. Ask in {process.in_force().ask.channel}.")
        for one in mine[:MOST]:
            text = f"{one.title}\n{one.state.capitalize()}, asked {when(one.asked_at, zone, at)}"
            yield _row(text, self._link(screen_of(one.about)))
        if len(mine) > MOST:
            yield section("… and more on the desk.")


class HomeSender:
    """Publishes home tabs."""

    def __init__(self, call: SlackCall, home: HomeTab) -> None:
        """Publish with `call`."""
        self._call, self._home = call, home

    def deliver(self, parcel: Delivery) -> str:
        """Publish it as it is now."""
        user = parcel.payload["user"]
        view = self._home.view(user, parcel.at)
        answer = self._call("views.publish", user_id=user, view=view)
        return str((answer.get("view") or {}).get("id", ""))


def _header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150)}


def _row(text: str, address: str) -> Block:
    return {**section(text), "accessory": _link_button("See it", address)}


def _link_to(label: str, address: str) -> Block:
    return {"type": "actions", "elements": [_link_button(label, address)]}


def _link_button(label: str, address: str) -> Block:
    return {"type": "button", "text": plain_text(label, 75), "url": address}


def _buttons(action: str, about: str, label: str) -> Block:
    button = {"type": "button", "text": plain_text(label, 75), "action_id": action, "value": about}
    return {"type": "actions", "elements": [button]}
