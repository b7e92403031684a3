"""The fields of a form as a page shows them: what was filled in, and beside it what is wrong."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html, format_html_join

from dutydesk.kernel.forms import Field, FormRefused
from dutydesk.kernel.refusals import Refused

_SEVERAL = Refused("This can't be taken as it is.", "What is wrong stands with each field.")
_BROWSERS_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)?", re.ASCII)


@dataclasses.dataclass(frozen=True)
class FilledField:
    """A field as the page shows it, with what was filled in, and what is wrong with that.

    `key` names it on a page that has others of its name; `type` and `more` are its input's own.
    """

    field: Field
    value: str
    chosen: tuple[str, ...] = ()
    fault: Refused | None = None
    key: str = ""
    type: str = ""
    rows: int = 6
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def id(self) -> str:
        """Give what tells it from all others of the page."""
        return self.key or self.field.name

    @property
    def marks(self) -> str:
        """Give what an input says of itself to a reader of screens."""
        return format_html("{}{}", self.invalid, self.described)

    @property
    def invalid(self) -> str:
        """Give what tells that it was filled in wrongly, if it was."""
        return format_html(' aria-invalid="{}"', "true") if self.fault else ""

    @property
    def described(self) -> str:
        """Give what leads a reader of screens to the fault and to the hint."""
        notes = {"e": self.fault, "h": self.field.hint or self.field.kind == "time"}
        found = " ".join(f"{place}-{self.id}" for place, note in notes.items() if note)
        return format_html(' aria-describedby="{}"', found) if found else ""

    @property
    def own(self) -> str:
        """Give the attributes that the screen has for its input."""
        # What stands in a template counts as safe, and may hold quotation marks all the same.
        told = ((name, escape(value)) for name, value in self.more.items())
        return format_html_join("", ' {}="{}"', told)

    @property
    def input(self) -> str:
        """Give the type of its input.

        A time is a text where a browser's own field can't hold it, or not what mends it.
        """
        if self.type and not (self.fault and self.value):
            return self.type
        own = self.field.kind == "time" and _BROWSERS_TIME.fullmatch(self.value)
        return "datetime-local" if own and not (self.fault and self.value) else "text"


def said(refusal: Refused | None) -> dict[str, Any]:
    """Give what a page with a form shows of its refusal: above it, and beside its fields."""
    faults = refusal.faults if isinstance(refusal, FormRefused) else {}
    return {"refusal": _SEVERAL if len(faults) > 1 else refusal, "faults": faults}
