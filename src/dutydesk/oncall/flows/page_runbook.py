"""The handbook's page for what somebody is called for.

A page knows no alarms. The room that does says which page of the handbook is for one.
"""

import logging
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.db import Error as DatabaseTrouble

from dutydesk.handbook.models import HandbookPage
from dutydesk.handbook.rules.readable import first_lines
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.connected import Connected
from dutydesk.oncall.models import Page
from dutydesk.oncall.words import Runbook

logger = logging.getLogger(__name__)


class Runbooks(Protocol):
    """Gives the handbook's page for a subject; None if there is none."""

    def __call__(self, *, subject: str) -> HandbookPage | None:
        """Give the likeliest."""


FINDER = Connected[Runbooks]()


def of(page: Page) -> HandbookPage | None:
    """Give the page of the handbook that helps with this one; a rehearsal needs none."""
    if page.only_id is not None or FINDER.who is None:
        return None
    try:
        return FINDER.who(subject=page.subject)
    except DatabaseTrouble:
        raise
    except Exception:  # Whatever it is: somebody is called all the same.
        logger.exception("No runbook is found for page %s, for a fault of the desk", page.pk)
        return None


def told(page: Page, token: str) -> Runbook | None:
    """Give what a message says of it: a link that `token` opens, and how it begins."""
    found = of(page)
    if found is None:
        return None
    path = path_to("answer-runbook", token, found.repository.name, quote(found.path))
    return Runbook(found.title, first_lines(found.words, found.title), settings.BASE_URL + path)
