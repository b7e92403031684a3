"""What promises say, and of whom: another name of either, or what people took back."""

from collections.abc import Callable, Mapping
from datetime import datetime

from dutydesk.commitments.models import Commitment
from dutydesk.database import notifications, rows
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


def rename(*, old: str, new: str) -> None:
    """Let what somebody owes, and has kept and missed, go on under their new name.

    Belongs inside the transaction in which they get it: until then the old name is theirs alone.
    """
    theirs = Commitment.objects.filter(owner=old).order_by("pk")  # As everybody locks them.
    Commitment.objects.filter(pk__in=theirs.select_for_update()).update(owner=new)


def rename_late(*, event: EngineerRenamed, at: datetime) -> None:
    """Take along what was promised under the old name while it changed.

    Not once somebody else has it: what is promised under it is theirs.
    """
    if not Engineer.objects.filter(name=event.old).exists():
        rename(old=event.old, new=Engineer.objects.get(pk=event.engineer).name)
