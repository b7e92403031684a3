"""Looking once more, before somebody is called, whether what a page is about still wants it.

A page knows no alarms. The room that does gives its look, which ends pages that call in vain.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dutydesk.kernel.connected import Connected
from dutydesk.oncall.models import OPEN, Page


class LastLook(Protocol):
    """Ends the pages about those of the subjects that nobody is to be called for at `at`."""

    def __call__(self, *, subjects: Sequence[str], at: datetime) -> None:
        """Look at these subjects."""


LOOK = Connected[LastLook]()
"""Is asked before each call that comes later than a page itself."""


def take(*, page: int, at: datetime) -> None:
    """Let whoever knows what a page is about look at it; the page may be over then.

    Belongs before the page is locked: whoever looks may lock what is locked before pages.
    """
    found = Page.objects.filter(pk=page, state__in=OPEN, only=None).first()
    if found is None or LOOK.who is None:
        return
    bundled = found.bundled.filter(settled_at=None).values_list("subject", flat=True)
    LOOK.who(subjects=(found.subject, *bundled), at=at)
