"""What promises say, and of whom: another name of either, or what people took back."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q

from dutydesk.commitments.models import Commitment
from dutydesk.database import notifications, rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.people.flows.people import EngineerRenamed
from dutydesk.people.models import Engineer


def reword(*, subject: str, texts: Mapping[PromiseKind, str]) -> None:
    """Say otherwise what is owed about a subject: `texts` are what the open promises say now."""
    owed = Commitment.objects.filter(kind__in=texts, subject=subject, state=Commitment.State.OPEN)
    changed = list(owed.select_for_update())
    for one in changed:
        one.text = texts[PromiseKind(one.kind)]
    Commitment.objects.bulk_update(changed, ["text"])
    if changed:
        notifications.notify(subject)


def retell(*, subject: str, text: Callable[[str], str]) -> None:
    """Let all that was ever promised about a subject tell by `text` what it quotes of people."""
    promised = Commitment.objects.filter(subject=subject)
    if rows.rewrite(promised, ["text"], lambda said, _: text(said)):
        notifications.notify(subject)


def rename(*, event: EngineerRenamed, at: datetime) -> None:
    """Let what an engineer owes, and has kept and missed, go on under the name they have now.

    Names may be heard of in any order, so it is taken from each former one. One that somebody else
    has by now is theirs: what was promised before it was given up is taken when that is heard of.
    """
    engineer = Engineer.objects.get(pk=event.engineer)
    told = journal.timeline([engineer.about]).filter(kind=event.kind).order_by("pk")
    former = {entry.data["old"]: entry.at for entry in told}
    former.pop(engineer.name, None)
    taken = set(Engineer.objects.filter(name__in=former).values_list("name", flat=True))
    theirs = Q(owner__in=former.keys() - taken)
    if event.old in taken:
        theirs |= Q(owner=event.old, made_at__lte=former[event.old])
    Commitment.objects.filter(theirs).update(owner=engineer.name)
