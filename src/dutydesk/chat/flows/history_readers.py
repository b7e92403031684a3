"""Reading a chat outside back: one worker at a time does, since a chat lets all ask so much only.

Health says how far behind that is: nobody sees by themselves what isn't here yet.
"""

import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce

from dutydesk.chat.models import HistoryReader
from dutydesk.database import rows

LEASE = timedelta(minutes=2)
"""So long after its last sign of life nobody else reads in a worker's place."""
# Containers may share both their host's name and the number of their only process.
_PROCESS = secrets.token_hex(4)
_HOLD = """
INSERT INTO chat_historyreader (chat, worker, until) VALUES (%(chat)s, %(worker)s, %(until)s)
ON CONFLICT (chat) DO UPDATE SET worker = excluded.worker, until = excluded.until
WHERE chat_historyreader.worker = excluded.worker
    OR chat_historyreader.until NOT BETWEEN %(at)s AND excluded.until
RETURNING id
"""


def hold(*, chat: str, at: datetime) -> bool:
    """Let this process read a chat back for a while from the real time `at`; say if it may.

    Not while another does. A lease beyond any that could be given now is of a clock that was wrong.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:{_PROCESS}"[-120:]
    given = {"chat": chat, "worker": worker, "at": at, "until": at + LEASE}
    return rows.run(_HOLD, given).fetchone() is not None


def note(*, chat: str, unread: int, at: datetime) -> None:
    """Remember how many threads are still to be read, and since when some are."""
    since = Case(When(pk__gt=0, then=Coalesce("unread_since", Value(at))))
    known = HistoryReader.objects.filter(chat=chat)
    known.update(unread=unread, unread_since=since if unread else None)


def behind(*, at: datetime, by: timedelta) -> int:
    """Give how many threads are to be read of those that some were for so long; else 0."""
    late = HistoryReader.objects.filter(unread_since__lte=at - by)
    return sum(late.values_list("unread", flat=True))
