"""Writing a postmortem together: nobody's words are lost, whoever saves first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.database import notifications
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.merge import merge
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.postmortems.flows import chronicle
from dutydesk.postmortems.flows.events import PostmortemRefused
from dutydesk.postmortems.models import WRITES_FOR, Passage, PassageVersion, Postmortem, Writer
from dutydesk.process.flows import process

LONGEST_FACTOR = 200
_RUN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a passage says once it is saved. `merged`: others wrote meanwhile, and both is in it."""

    text: str
    version: int
    merged: bool


class WrittenMeanwhile(ChangedMeanwhile):
    """Somebody changed the same lines. `theirs` is what stands there, as `version`."""

    def __init__(self, theirs: Passage) -> None:
        """Say whose words they are."""
        super().__init__(
            f"{theirs.by} wrote in the same lines meanwhile.",
            "Their words stand beside yours: put together what both mean, and save it again.",
        )
        self.theirs, self.version = theirs.text, theirs.version


@transaction.atomic
def write(*, postmortem: int, key: str, text: str, version: int, by: Person, at: datetime) -> Saved:
    """Save a passage that was written onto `version`; what others wrote since is joined with it.

    Raises WrittenMeanwhile where that can't be told apart, OutOfBounds, or PostmortemRefused.
    """
    found = _standing(postmortem)
    text = text.replace("\r\n", "\n").strip("\n")
    _check(found, key, text, at)
    Passage.objects.get_or_create(postmortem=found, key=key)
    passage = Passage.objects.select_for_update(of=("self",)).get(postmortem=found, key=key)
    _note(found, key, by, at)
    if text == passage.text:
        return Saved(text, passage.version, merged=False)
    joined = _joined(passage, text, version)
    if joined != passage.text:
        passage.text, passage.version = joined, passage.version + 1
        passage.by, passage.at = by.name, at
        passage.save(update_fields=["text", "version", "by", "at"])
        PassageVersion.objects.create(
            passage=passage, version=passage.version, text=joined, by=by.name, at=at
        )
    return Saved(joined, passage.version, merged=joined != text)


def _standing(postmortem: int) -> Postmortem:
    found = Postmortem.objects.select_related("incident").get(pk=postmortem)
    if found.withdrawn_at is not None:
        raise PostmortemRefused(
            "This postmortem is withdrawn.", "Write in that of the incident that stands."
        )
    return found


def _joined(passage: Passage, text: str, version: int) -> str:
    if version == passage.version:
        return text
    base = passage.versions.filter(version=version).values_list("text", flat=True).first()
    if base is None and version:
        raise WrittenMeanwhile(passage)
    joined = merge(base or "", text, passage.text)
    if joined is None:
        raise WrittenMeanwhile(passage)
    return joined


def _check(found: Postmortem, key: str, text: str, at: datetime) -> None:
    section = process.in_force().postmortems.section(key)
    kind, _, entry = key.partition(".")
    if section is None:
        known = {one.key for one in chronicle.entries(found.incident, at=at)}
        if kind not in ("note", "factor") or entry not in known:
            raise PostmortemRefused(
                "The postmortem has no such part any more.", "Look at it again, and choose another."
            )
    if kind == "factor" and section is None:
        bounds.check_text(text, longest=LONGEST_FACTOR, what="A contributing factor")
        if not bounds.is_line(text):
            raise PostmortemRefused("A factor is one line.", "Write more about it as a note.")
    what = f"“{section.title}”" if section else "The note"
    bounds.check_text(text, what=what)


@transaction.atomic
def note_writer(*, postmortem: int, key: str, by: Person, at: datetime) -> None:
    """Show others that somebody writes there."""
    found = _standing(postmortem)
    _check(found, key, "", at)
    _note(found, key, by, at)


def _note(found: Postmortem, key: str, by: Person, at: datetime) -> None:
    Writer.objects.update_or_create(postmortem=found, key=key, name=by.name, defaults={"at": at})
    notifications.notify(found.about)


def writers(found: Postmortem, *, at: datetime) -> dict[str, list[Writer]]:
    """Give who writes now, by passage."""
    now: dict[str, list[Writer]] = {}
    for one in found.writers.filter(at__gt=at - WRITES_FOR):
        now.setdefault(one.key, []).append(one)
    return now


def texts(found: Postmortem) -> dict[str, Passage]:
    """Give what is written, by passage."""
    return {one.key: one for one in found.passages.all()}


def written(found: Postmortem) -> bool:
    """Say whether anybody wrote anything or published it, or something is to change by it."""
    return (
        found.passages.filter(version__gt=0).exists()
        or found.improvements.exists()
        or found.publications.exists()
    )


def earlier(found: Postmortem, key: str) -> list[PassageVersion]:
    """Give the versions of a passage, newest first: of what one person wrote at once, the last."""
    rows = PassageVersion.objects.filter(passage__postmortem=found, passage__key=key)
    return list(_last_of_runs(rows.order_by("-version")))


def _last_of_runs(newest_first: Iterable[PassageVersion]) -> Iterable[PassageVersion]:
    later: PassageVersion | None = None
    for one in newest_first:
        if later is None or later.by != one.by or later.at - one.at > _RUN:
            yield one
        later = one
