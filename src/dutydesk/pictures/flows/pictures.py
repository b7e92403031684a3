"""Taking pictures in, giving out what is in them, and letting them be gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.kernel import bounds
from dutydesk.kernel.files import SentFile
from dutydesk.pictures.models import Picture, PictureData
from dutydesk.pictures.rules.pictures import LONGEST_DESCRIPTION, MOST, PictureRefused, read


@transaction.atomic
def keep(files: Sequence[SentFile], *, by: str, at: datetime, there: int = 0) -> list[Picture]:
    """Keep pictures for something that has so many already; whoever keeps them leads to them.

    Raises PictureRefused, OutOfBounds; then none of them is kept.
    """
    if there + len(files) > MOST:
        raise PictureRefused(
            f"These are {there + len(files)} pictures; {MOST} is the most for one thing.",
            "Leave some out, or write something more that they go with.",
        )
    for file in files:
        bounds.check_text(
            file.description, longest=LONGEST_DESCRIPTION, what="The description of a picture"
        )
    cleaned = [read(file.data, name=file.name) for file in files]
    made = []
    for file, clean in zip(files, cleaned, strict=True):
        picture = Picture.objects.create(
            kind=clean.kind,
            width=clean.width,
            height=clean.height,
            digest=clean.digest,
            description=" ".join(file.description.split()),
            by=by[:100],
            at=at,
        )
        PictureData.objects.create(picture=picture, data=clean.data)
        made.append(picture)
    return made


def drop(pictures: Iterable[Picture]) -> None:
    """Let these be gone, wherever they were shown."""
    Picture.objects.filter(pk__in=[one.pk for one in pictures]).delete()


def sent_again(pictures: Iterable[Picture]) -> list[SentFile]:
    """Give pictures as they would be sent once more, for another thing of the same person's."""
    return [SentFile("", data_of(one), one.description) for one in pictures]


def data_of(picture: Picture) -> bytes:
    """Give what is in a picture."""
    return bytes(PictureData.objects.get(picture=picture).data)
