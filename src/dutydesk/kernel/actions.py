"""What people can do, in neutral values: a button in any chat leads to one of these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from dutydesk.kernel.files import SentFile
from dutydesk.kernel.forms import Answers, Form, FormValues
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tellings import Telling

Access = Literal["anyone", "engineer", "administrator"]


class NotYours(Refused):
    """The action is for somebody else."""


@dataclass(frozen=True)
class Person:
    """Whoever does something: an account, and the engineer it belongs to if there is one.

    `zone` is the one in which they read times; empty for the team's.
    """

    account: int
    name: str
    email: str
    engineer: int | None = None
    administrator: bool = False
    zone: str = ""

    def may(self, access: Access) -> bool:
        """Say whether this person may do what needs `access`."""
        if access == "administrator":
            return self.administrator
        return access == "anyone" or self.engineer is not None or self.administrator


@dataclass(frozen=True)
class ActionRequest:
    """One person did one action to one subject at one moment.

    `sent` is what they filled in, as it came, on the clocks of `zone`; the action finds it in
    `answers`, as its form read it. `choice` is the one that the button was for, if it had several.
    `files` are the pictures that were sent with it.
    """

    about: str
    by: Person
    at: datetime
    zone: ZoneInfo
    sent: FormValues = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    choice: str = ""
    files: Sequence[SentFile] = ()


@dataclass(frozen=True)
class ActionResult:
    """What to tell the person who did it, and which subject to show them next."""

    says: str
    show: str = ""


@dataclass(frozen=True)
class Action:
    """One thing to do to a subject. With a `form`, the person fills that in first.

    `preview` says who would be told what by a form as it is filled in so far, and refuses nothing.
    """

    name: str
    access: Access
    do: Callable[[ActionRequest], ActionResult]
    form: Callable[[str, Person, datetime], Form] | None = None
    preview: Callable[[ActionRequest], Sequence[Telling]] | None = None


class Actions:
    """Every action that the rooms offer, by name."""

    def __init__(self) -> None:
        """Begin with none."""
        self._actions: dict[str, Action] = {}

    def offer(self, *actions: Action) -> None:
        """Offer these from now on."""
        for action in actions:
            self._actions[action.name] = action

    def __getitem__(self, name: str) -> Action:
        """Give the action of that name; KeyError if none has it.

        A button for one of several choices names it after the action, as in `question.kind=access`.
        """
        return self._actions[name.partition("=")[0]]

    def __contains__(self, name: str) -> bool:
        """Say whether there is an action of that name, with a choice behind it or without."""
        return name.partition("=")[0] in self._actions

    def names(self) -> tuple[str, ...]:
        """Give the names of all."""
        return tuple(self._actions)

    def carry_out(self, name: str, press: ActionRequest) -> ActionResult:
        """Do it, if this person may and what they filled in fits the form.

        Raises NotYours, FormRefused, or what the action refuses with.
        """
        action = self[name]
        if not press.by.may(action.access):
            who = "engineers of the team" if action.access == "engineer" else "administrators"
            raise NotYours(f"This is for {who}.", "Ask one of them to do it.")
        answers = Answers()
        if action.form is not None:
            form = action.form(press.about, press.by, press.at)
            answers = form.read(press.sent, press.zone)
        return action.do(replace(press, answers=answers, choice=name.partition("=")[2]))
