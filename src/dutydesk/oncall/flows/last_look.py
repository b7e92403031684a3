"""Looking once more, before somebody is called, whether what a page is about still wants it.

A page knows no alarms. The room that does gives its look, which ends pages that call in vain.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from dutydesk.kernel.connected import Connected
from dutydesk.oncall.models import OPEN, Page, PageItem


class LastLook(Protocol):
    """Ends the pages about those of the subjects that nobody is to be called for at `at`."""

    def __call__(self, *, subjects: Sequence[str], at: datetime) -> None:
        """Look at these subjects."""


LOOK = Connected[LastLook]()
"""Is asked before each call that comes later than a page itself."""


def take(*, pages: Collection[int], at: datetime) -> None:
    """Let whoever knows what these pages are about look at it; they may be over then.

    Belongs before any of them is locked: whoever looks may lock what is locked before pages.
    """
    found = Page.objects.filter(pk__in=pages, state__in=OPEN, only=None)
    own = list(found.order_by("pk").values_list("subject", flat=True))
    if not own or LOOK.who is None:
        return
    bundled = PageItem.objects.filter(page__in=found, settled_at=None).order_by("pk")
    LOOK.who(subjects=(*own, *bundled.values_list("subject", flat=True)), at=at)
