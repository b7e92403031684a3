"""What people can do, in neutral values: a button in any chat leads to one of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dutydesk.kernel.messages import Form
from dutydesk.kernel.refusals import Refused

Access = Literal["anyone", "engineer", "administrator"]
FormValues = Mapping[str, str | list[str]]


class NotYours(Refused):
    """The action is for somebody else."""


@dataclass(frozen=True)
class Person:
    """Whoever does something: an account, and the engineer it belongs to if there is one."""

    account: int
    name: str
    email: str
    engineer: int | None = None
    administrator: bool = False

    def may(self, access: Access) -> bool:
        """Say whether this person may do what needs `access`."""
        if access == "administrator":
            return self.administrator
        return access == "anyone" or self.engineer is not None or self.administrator


@dataclass(frozen=True)
class ActionRequest:
    """One person did one action to one subject at one moment, with these values filled in."""

    about: str
    by: Person
    at: datetime
    values: FormValues

    def text(self, name: str) -> str:
        """Give a filled-in text, trimmed; empty if it was not filled in."""
        value = self.values.get(name, "")
        return value.strip() if isinstance(value, str) else ", ".join(value)

    def chosen(self, name: str) -> list[str]:
        """Give what was chosen of several."""
        value = self.values.get(name, [])
        return [value] if isinstance(value, str) and value else list(value)


@dataclass(frozen=True)
class ActionResult:
    """What to tell the person who did it, and which subject to show them next."""

    says: str
    show: str = ""


@dataclass(frozen=True)
class Action:
    """One thing to do to a subject. With a `form`, the person fills that in first."""

    name: str
    access: Access
    do: Callable[[ActionRequest], ActionResult]
    form: Callable[[str, Person, datetime], Form] | None = None


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
        """Do it, if this person may. Raises what the action refuses with.

        The choice that `name` ends with is among the values as `choice`.
        """
        action, choice = self[name], name.partition("=")[2]
        if choice:
            press = replace(press, values={**press.values, "choice": choice})
        if not press.by.may(action.access):
            who = "engineers of the team" if action.access == "engineer" else "administrators"
            raise NotYours(f"This is for {who}.", "Ask one of them to do it.")
        if action.form is not None:
            action.form(press.about, press.by, press.at).check(press.values)
        return action.do(press)
