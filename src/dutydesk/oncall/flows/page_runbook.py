"""The handbook's page for what somebody is called for.

A page knows no alarms. The room that does says which page of the handbook is for one.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.utils.crypto import constant_time_compare, salted_hmac

from dutydesk.handbook.models import HandbookPage
from dutydesk.handbook.rules.readable import first_lines
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.connected import Connected
from dutydesk.oncall.models import Page
from dutydesk.oncall.words import Runbook

_BETWEEN = "~"
"""It stands in no token."""
logger = logging.getLogger(__name__)


class Runbooks(Protocol):
    """Gives the handbook's page for each subject that has one."""

    def __call__(self, *, subjects: Sequence[str]) -> Mapping[str, HandbookPage]:
        """Give the likeliest of each."""


FINDER = Connected[Runbooks]()


def of(pages: Sequence[Page]) -> Mapping[str, HandbookPage]:
    """Give the page of the handbook that helps with each, by its subject; rehearsals need none."""
    subjects = [page.subject for page in pages if page.only_id is None]
    if not subjects or FINDER.who is None:
        return {}
    try:
        return FINDER.who(subjects=subjects)
    except DatabaseTrouble:
        raise
    except Exception:  # Whatever it is: somebody is called all the same.
        numbers = [page.pk for page in pages]
        logger.exception("No runbook is found for pages %s, for a fault of the desk", numbers)
        return {}


def only_for(token: str, name: str, path: str) -> str:
    """Give a key of whoever has `token` that opens one file of a repository and no other."""
    signed = salted_hmac("dutydesk.runbooks", f"{token}\0{name}\0{path}").hexdigest()[:32]
    return f"{token}{_BETWEEN}{signed}"


def opened_by(key: str, name: str, path: str) -> str:
    """Give the token in a key that opens this file; "" if it doesn't."""
    token, _, _ = key.rpartition(_BETWEEN)
    return token if constant_time_compare(only_for(token, name, path), key) else ""


def told(found: HandbookPage, token: str) -> Runbook:
    """Give what a message says of it: a link that `token` opens, and how it begins."""
    key = only_for(token, found.repository.name, found.path)
    path = path_to("answer-runbook", key, found.repository.name, quote(found.path))
    return Runbook(found.title, first_lines(found.words, found.title), settings.BASE_URL + path)
