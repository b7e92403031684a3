"""What promises say: another name of what they are about, or what people took back."""

from collections.abc import Callable, Mapping

from dutydesk.commitments.models import Commitment
from dutydesk.database import notifications, rows
from dutydesk.kernel.kinds import PromiseKind


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
