"""Which pictures of a timeline are published: those that somebody ticked, and no others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.pictures.models import Picture
from dutydesk.postmortems.flows import chronicle, reports
from dutydesk.postmortems.flows.events import RedactionDecided
from dutydesk.postmortems.models import Postmortem, Publication, PublishedPicture
from dutydesk.postmortems.rules.report import Report


def of_timeline(found: Postmortem, *, at: datetime) -> list[tuple[Picture, bool]]:
    """Give the pictures of its timeline, and whether each is to be published."""
    ticked = set(found.published_pictures.values_list("picture", flat=True))
    entries = chronicle.entries(found.incident, at=at)
    return [(one, one.pk in ticked) for each in entries for one in each.entry.pictures]


@transaction.atomic
def choose(*, postmortem: int, pictures: Sequence[int], by: Person, at: datetime) -> None:
    """Publish these pictures with it next, and no others; what is published stays as it is."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident")
    found = rows.get(pk=postmortem)
    shown = {one.pk: was for one, was in of_timeline(found, at=at)}
    wanted = {number for number in shown if number in pictures}
    if wanted == {number for number, was in shown.items() if was}:
        return
    found.published_pictures.all().delete()
    PublishedPicture.objects.bulk_create(
        [
            PublishedPicture(postmortem=found, picture_id=number, by=by.name, at=at)
            for number in sorted(wanted)
        ]
    )
    journal.record(
        event=RedactionDecided(found.pk, bool(wanted)),
        subject=found.about,
        text=f"{len(wanted)} of {len(shown)} pictures of its timeline are to be published",
        at=at,
        actor=by.name,
        clause="postmortem.publish",
    )


def standing(publication: Publication) -> Report:
    """Give what was published without pictures that are gone since, and with what is said of them.

    Whoever took them back took them back here too; what they say now of what is to be seen in them
    is read here without all that nobody decided to keep.
    """
    report = Report.from_json(publication.report)
    numbers = [one.number for entry in report.timeline for one in entry.pictures]
    if not numbers:
        return report
    there = dict(Picture.objects.filter(pk__in=numbers).values_list("pk", "description"))
    clean = reports.cleaner(publication.postmortem)
    return replace(
        report,
        timeline=tuple(
            replace(
                entry,
                pictures=tuple(
                    replace(one, description=clean(there[one.number]))
                    for one in entry.pictures
                    if one.number in there
                ),
            )
            for entry in report.timeline
        ),
    )
