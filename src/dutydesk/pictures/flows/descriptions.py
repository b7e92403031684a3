"""What is to be seen in pictures, said otherwise after they were sent."""

from collections.abc import Iterable, Mapping

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Answers, Field
from dutydesk.pictures.models import Picture
from dutydesk.pictures.rules.pictures import LONGEST_DESCRIPTION

_WHICH = "pictures"
Descriptions = Mapping[int, str]
"""What is to be seen in pictures, by their numbers."""


def fields(shown: Iterable[Picture]) -> tuple[Field, ...]:
    """Give a field for each picture of a thing, for the form that changes it."""
    there = list(shown)
    if not there:
        return ()
    numbers = " ".join(str(one.pk) for one in there)
    which = Field(_WHICH, "Pictures", "hidden", required=False, value=numbers)
    return which, *(
        Field(
            _name(one),
            f"What is to be seen in picture {place}",
            required=False,
            hint="For who can't see it.",
            value=one.description,
            longest=LONGEST_DESCRIPTION,
        )
        for place, one in enumerate(there, 1)
    )


def answered(shown: Iterable[Picture], answers: Answers) -> Descriptions:
    """Give what was filled in of each that the form showed."""
    asked = answers.text(_WHICH).split()
    return {one.pk: answers.text(_name(one)) for one in shown if str(one.pk) in asked}


def change(shown: Iterable[Picture], said: Descriptions) -> bool:
    """Say of these pictures what is `said` of them; give whether any of it is otherwise.

    Whoever may change the thing that they belong to may say it, and keeps that it was changed.
    """
    changed = []
    for one in shown:
        text = " ".join(said.get(one.pk, one.description).split())
        bounds.check_text(text, longest=LONGEST_DESCRIPTION, what="The description of a picture")
        if text != one.description:
            one.description = text
            changed.append(one)
    Picture.objects.bulk_update(changed, ["description"])
    return bool(changed)


def _name(one: Picture) -> str:
    return f"seen-{one.pk}"
