"""What a screen's own form sent: which of its forms that was, and its fields as values.

Screens that have forms of their own read them here, so that what is wrong can stand beside its
field, and what was typed stays; no other place reads what a request posted field by field.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Answers, Field, Form, number_from
from dutydesk.kernel.refusals import Refused

WHAT = "what"
"""The field that names which of a screen's forms was sent, where it has several."""


class UnknownForm(Refused):
    """What was sent is no form of this screen."""


def row_field(name: str, label: str) -> Field:
    """Give the field of a row's own button, which says by its number which row is meant."""
    return Field(name, label, "hidden", rule=number_from(1, bounds.LARGEST))


def read_sent(
    request: HttpRequest, forms: Mapping[str, Form], zone: ZoneInfo
) -> tuple[str, Answers]:
    """Give the name of the form that was sent, and what was filled in.

    It is the one that the field `what` names, or whose name a field of it has (a button of a row,
    say), else the one without a name. Raises FormRefused, or UnknownForm if there is none.
    """
    named = next((name for name in forms if name and name in request.POST), "")
    what = request.POST.get(WHAT, named)
    if what not in forms:
        raise UnknownForm("The form is not known here.", "Open the page again.")
    return what, forms[what].read(dict(request.POST.lists()), zone)


def typed(request: HttpRequest) -> dict[str, str]:
    """Give what was sent, as the screen shows it again: one text a field."""
    return {name: str(value) for name, value in request.POST.items()}
