"""What the screens of every room share: who may open them, and what a request carries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from django.http import HttpRequest

from dutydesk.kernel.actions import Person

ScreenAccess = Literal["public", "anyone", "engineer", "administrator"]
_View = TypeVar("_View", bound=Callable[..., object])


class DeskRequest(HttpRequest):
    """A request with its moment, and the person who makes it (only if somebody signed in)."""

    at: datetime
    person: Person


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are beside a place of the menu, and whether somebody must act now."""

    number: int
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way back from an inner screen."""

    title: str
    address: str


def rule(access: ScreenAccess, *, form: bool = True) -> Callable[[_View], _View]:
    """Say who may open this view: `public` needs no sign-in, `anyone` is everybody signed in.

    `form`: what is posted is a form, and looked through as such. Else the view itself reads it,
    whatever its sender calls it: many programs call all that they post a form.
    """

    def mark(view: _View) -> _View:
        view.access, view.form = access, form  # type: ignore[attr-defined]
        return view

    return mark
