"""Changing what others may change at once: whoever comes second sees what changed meanwhile."""

from collections.abc import Collection

from django.db.models import Max, QuerySet

from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.refusals import ChangedMeanwhile

MOST = 5


def latest(about: str, kinds: Collection[str]) -> int:
    """Give the number of the last change of these kinds to a subject; 0 if there was none."""
    return changes(about, kinds).aggregate(last=Max("pk"))["last"] or 0


def check(about: str, kinds: Collection[str], seen: int | None) -> None:
    """Refuse with what changed since the change that was `seen`; None where nobody looked first."""
    if seen is None:
        return
    later = changes(about, kinds).filter(pk__gt=seen).order_by("pk")
    if since := list(later.values_list("text", flat=True)):
        told = "; ".join(text.rstrip(".") for text in since[-MOST:])
        raise ChangedMeanwhile(
            f"This changed after you opened the form: {told}.",
            "Look whether what you typed is still right, and send it again.",
        )


def changes(about: str, kinds: Collection[str]) -> QuerySet[JournalEntry]:
    """Give the entries of these kinds of changes to a subject."""
    return journal.timeline([about]).filter(kind__in=kinds)
