"""Somebody who looks at the desk's screens, without a browser or a server."""

import html
import re
from typing import Any

from django.test import Client

from dutydesk.people.models import Account

# Every one that a browser looks at, at every width and in light and dark.
SCREENS = (
    "/",
    "/owed/",
    "/mine/",
    "/glossary",
    "/questions/",
    "/channels/",
    "/channels/1",
    "/threads/1",
    "/incidents/",
    "/incidents/1",
    "/do/incident.update/incident:1",
    "/do/incident.call-on/incident:1",
    "/do/incident.more-time/incident:1",
    "/do/incident.maintain/incident:1",
    "/postmortems/",
    "/postmortems/1",
    "/postmortems/1/walk",
    "/postmortems/1/publish",
    "/postmortems/published/",
    "/improvements/",
    "/improvements/1",
    "/do/postmortem.invite/postmortem:1",
    "/announcements/",
    "/announcements/1",
    "/announcements/calendar/",
    "/announcements/calendar/addresses",
    "/do/announcement.announce/new",
    "/do/announcement.correct/announcement:1",
    "/do/series.begin/new",
    "/status-page/",
    "/handovers/",
    "/services/",
    "/services/1",
    "/services/2",
    "/do/service.maintain/service:2",
    "/do/maintenance.end/maintenance:1",
    "/board/",
    "/routines/",
    "/find",
    "/find?q=disks",
    "/shifts/",
    "/shifts/change/?what=rotation",
    "/shifts/change/?what=override",
    "/shifts/change/?what=exchange",
    "/shifts/change/?what=absence",
    "/shifts/change/?what=regular",
    "/shifts/change/?what=leave",
    "/shifts/plan/",
    "/shifts/shares/",
    "/shifts/calendars/",
    "/shifts/corrections/",
    "/people/",
    "/people/accounts/",
    "/people/accounts/1",
    "/account/",
    "/pages/contact-methods/",
    "/pages/",
    "/pages/1",
    "/measures/",
    "/availability/",
    "/availability/1?range=year",
    "/do/availability.exclude/availability:1",
    "/measures/incidents",
    "/measures/recovery/recovery",
    "/measures/incidents/each/1",
    "/measures/reports/",
    "/measures/support",
    "/measures/on-call",
    "/measures/promises",
    "/process/",
    "/alarms/",
    "/alarms/explain?labels=severity%3Dcritical",
    "/alarms/keys/",
    "/alarms/silences/",
    "/alarms/silences/new",
    "/alarms/silences/1",
    "/do/silence.lift/silence:1",
    "/do/silence.extend/silence:1",
    "/alarms/heartbeats/",
    "/arrivals/",
    "/arrivals/1",
    "/style",
    "/do/incident.declare/new",
)

# What somebody sees once the on-call turn is about to change.
HANDED_OVER = ("/handovers/1", "/do/handover.write/handover:1")


def visit(name: str) -> Client:
    """Give somebody of the world, signed in."""
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Account.objects.get(name=name), backend)
    return client


def squeezed(page: str) -> str:
    """Give a page without the white space that only its template's form made."""
    return re.sub(r"(?<=>) | (?=<)", "", re.sub(r"\s+", " ", page))


def seen(answer: Any) -> str:
    """Give what a screen says, without its marks and with single spaces."""
    assert answer.status_code == 200, answer.text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))
