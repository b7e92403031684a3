"""How often somebody may be wrong: tries at passwords are counted, and limited by time alone."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Attempt, Session

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_BROWSER = 10
PER_ADDRESS = 50


class TooManyTries(Refused):
    """There were too many wrong tries lately."""

    def __init__(self, wait: timedelta) -> None:
        """Say how long to wait; `seconds` is that for a program."""
        self.seconds = max(1, -int(-wait.total_seconds() // 1))
        minutes = -(-self.seconds // 60)
        super().__init__(
            "Too many tries.", f"Try again in {minutes} minute{'' if minutes == 1 else 's'}."
        )


def limits(*, account: int | None, typed: str, browser: str, address: str) -> dict[str, int]:
    """Give what a try counts for, with how many there may be of each within the window.

    A `browser` that this account was signed in with before counts for itself alone: nobody who
    guesses elsewhere keeps its owner out. Of an account that isn't there `typed` is counted, so
    that nobody is told by the limit which addresses have one.
    """
    if browser:
        return {f"browser:{browser}"[:80]: PER_BROWSER}
    nobody = hashlib.sha256(typed.encode(errors="replace")).hexdigest()
    name = f"account:{account}" if account is not None else f"nobody:{nobody}"
    return {name: PER_ACCOUNT, f"address:{address}": PER_ADDRESS}


@transaction.atomic
def take(*, limits: Mapping[str, int], at: datetime) -> list[Attempt]:
    """Count a try before it is looked at. TooManyTries, which is not counted, if it is one more.

    One at a time for each key, so that a hundred at once are no more than one after another.
    """
    waits = []
    for key, most in sorted(limits.items()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        recent = Attempt.objects.filter(key=key, at__gt=at - WINDOW).order_by("-at")
        counted = list(recent.values_list("at", flat=True)[:most])
        if len(counted) >= most:
            waits.append(counted[-1] + WINDOW - at)
    if waits:
        raise TooManyTries(max(waits))
    return Attempt.objects.bulk_create([Attempt(key=key, at=at) for key in sorted(limits)])


def give_back(tries: Collection[Attempt]) -> None:
    """Count a try no more: it was right."""
    Attempt.objects.filter(pk__in=[each.pk for each in tries]).delete()


def forget(*, at: datetime) -> None:
    """Let go of what counts no more: old tries, and sessions that are over."""
    Attempt.objects.filter(at__lte=at - WINDOW).delete()
    Session.objects.filter(expire_date__lt=Now()).delete()
