"""Whether what went wrong with a statement is the database's own trouble, or the statement's.

What is the database's own passes, however long that takes: whoever was cut off by it tries again,
and that is no try. What it says of a statement, such as that it is too complex, it says again: that
is a try like any other, so that it ends some day. Between the two is what a database that is too
busy breaks off: it may pass, or take too long each time, so it is tried for longer.
Source: https://www.postgresql.org/docs/18/errcodes-appendix.html.
"""

from math import inf

import psycopg
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection

from dutydesk.ports.delivery import Undelivered

FOREVER, BUSY_TRIES = inf, 9
"""The latter takes eight minutes."""
FAULT, CUT_OFF = "a fault of the desk's own", "the database was away"
TROUBLE = (DatabaseTrouble, psycopg.Error)
"""What a statement ends in, read by Django or not."""
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
_OWN_CLASSES = (
    "08",  # The connection is lost, or none can be had.
    "40",  # Two transactions were in each other's way: a deadlock, say.
    "57P",  # It is shut down, crashed, starts, or ends what is idle.
    "58",  # The disk or the system under it fails.
)
_OWN = frozenset(
    {
        "25006",  # It is read-only: a standby that takes over, or what a host does on a full disk.
        "25P03",  # This process was frozen in a transaction for so long that it was ended.
        "53100",  # Its disk is full.
        "53300",  # It has as many connections as it takes.
    }
)
_BUSY = frozenset(
    {
        "25P04",  # A transaction took longer than an operator lets it.
        "53200",  # There was no memory for it.
        "55P03",  # Somebody else held a lock for longer than it may be waited for.
        "57014",  # A statement took longer than an operator lets it, or one ended it.
    }
)


def is_away(fault: BaseException) -> bool:
    """Say whether it is the database's own trouble; to be asked where the fault was met.

    What has no number came about on this side: then it is whether the connection is lost, or could
    not be had.
    """
    if not isinstance(fault, TROUBLE):
        return False
    state = state_of(fault)
    if state:
        return state in _OWN or state.startswith(_OWN_CLASSES)
    said_here = not isinstance(fault, psycopg.Error) and fault.__cause__ is None
    return isinstance(fault, _AWAY) and (said_here or _is_lost())


def least_tries(fault: BaseException) -> float:
    """Give how often is tried at least, before it is given up, what met this fault."""
    if is_away(fault):
        return FOREVER
    return BUSY_TRIES if isinstance(fault, TROUBLE) and state_of(fault) in _BUSY else 0


def what_of(least: float, *, done: bool) -> Undelivered:
    """Give what a fault comes to that is tried at `least` so often.

    What was `done` outside, and can't be noted, is not done again: that is for good.
    """
    if least == FOREVER:
        return Undelivered(CUT_OFF, uncertain=True)
    return Undelivered(FAULT, uncertain=True, permanent=done and not least)


def state_of(fault: BaseException) -> str:
    """Give the number (SQLSTATE) of what the database said; empty if it said nothing.

    What only follows, such as that a pipeline was broken off, has that of what came before it.
    """
    found: BaseException | None = fault
    while found is not None:
        if isinstance(found, psycopg.Error) and found.sqlstate:
            return found.sqlstate
        broken_off = isinstance(found, psycopg.errors.PipelineAborted)
        found = found.__cause__ or (found.__context__ if broken_off else None)
    return ""


def _is_lost() -> bool:
    """Say whether this thread has no connection that stands."""
    found = connection.connection
    return found is None or bool(found.closed)
