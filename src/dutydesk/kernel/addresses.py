"""Where the desk's screens are: the one table of their paths, by the names of their routes.

Menus, messages and texts lead to screens, from rooms that know no web. What a screen itself leads
to, it asks Django for by the same names; a test compares the two.
"""

from collections.abc import Mapping

PATHS: Mapping[str, str] = {
    "accept-handover": "/handovers/accept/{}",
    "accounts": "/people/accounts/",
    "alarm": "/alarms/{}",
    "alarms": "/alarms/",
    "arrival": "/arrivals/{}",
    "arrivals": "/arrivals/",
    "announcement": "/announcements/{}",
    "announcement-series": "/announcements/series/{}",
    "announcements": "/announcements/",
    "answer-help-request": "/incidents/help/{}",
    "answer-page": "/pages/answer/{}",
    "answer-picture": "/pages/answer/{}/pictures/{}/{}",
    "answer-runbook": "/pages/answer/{}/handbook/{}/{}",
    "ask": "/ask",
    "availability": "/availability/",
    "availability-csv": "/availability/figures.csv",
    "availability-json": "/availability/figures.json",
    "board": "/board/",
    "calendars": "/shifts/calendars/",
    "change-rota": "/shifts/change/",
    "channel": "/channels/{}",
    "channels": "/channels/",
    "checklist": "/routines/{}",
    "confirm-contact-method": "/pages/contact-methods/confirm/{}",
    "confirm-subscription": "/status/subscriptions/{}/confirm",
    "connect": "/people/connect/{}",
    "contact-methods": "/pages/contact-methods/",
    "cover-shift": "/shifts/cover",
    "end-subscription": "/status/subscriptions/{}/end",
    "explain-alert": "/alarms/explain",
    "find": "/find",
    "glossary": "/glossary",
    "handbook": "/handbook/",
    "handbook-page": "/handbook/{}/{}",
    "handbook-picture": "/handbook/pictures/{}/{}",
    "handbook-repository": "/handbook/{}/",
    "handbook-review": "/handbook/review",
    "handover": "/handovers/{}",
    "handover-note": "/handovers/{}/note",
    "handovers": "/handovers/",
    "health": "/healthz",
    "heartbeat-ping": "/alarms/in/heartbeat/{}",
    "heartbeat-signal": "/alarms/in/heartbeat/{}/{}",
    "heartbeats": "/alarms/heartbeats/",
    "do": "/do/{}/{}",
    "deploys-door": "/deploys/in/{}",
    "improvement": "/improvements/{}",
    "improvements": "/improvements/",
    "incident": "/incidents/{}",
    "incident-note": "/incidents/notes/{}",
    "incidents": "/incidents/",
    "integration-keys": "/alarms/keys/",
    "maintenance": "/services/maintenance/{}",
    "measure": "/measures/{}",
    "measure-figure": "/measures/{}/{}",
    "measured-incident": "/measures/incidents/each/{}",
    "measures": "/measures/",
    "monthly-report": "/measures/reports/{}",
    "monthly-reports": "/measures/reports/",
    "mine": "/mine/",
    "my-account": "/account/",
    "new-silence": "/alarms/silences/new",
    "now": "/",
    "owed": "/owed/",
    "page": "/pages/{}",
    "pages": "/pages/",
    "people": "/people/",
    "picture": "/pictures/{}",
    "plan": "/shifts/plan/",
    "post": "/posts/{}",
    "postmortem": "/postmortems/{}",
    "postmortems": "/postmortems/",
    "published-postmortem": "/postmortems/published/{}",
    "planned-work": "/announcements/calendar/",
    "process": "/process/",
    "promised-update": "/announcements/updates/{}",
    "question": "/questions/{}",
    "questions": "/questions/",
    "routines": "/routines/",
    "service": "/services/{}",
    "service-availability": "/availability/{}",
    "services": "/services/",
    "shares": "/shifts/shares/",
    "shifts": "/shifts/",
    "silence": "/alarms/silences/{}",
    "silences": "/alarms/silences/",
    "status": "/status/",
    "status-page": "/status-page/",
    "subscribe": "/status/subscribe",
    "thread": "/threads/{}",
    "ticket": "/tickets/{}",
    "work-calendars": "/announcements/calendar/addresses",
    "welcome": "/welcome/{}",
    "who": "/shifts/who.json",
}

# Doors that are asked before Django, and so are no routes of it.
INTAKE = "/alarms/in/"
INTAKE_EVENTS = "/alarms/in/events/v2/enqueue"
GATE = "/gate/"
LIVE = "/live"
MAINTENANCE_PAGE = "/maintenance/"


def path_to(route: str, *parts: object) -> str:
    """Give the path of a screen; `parts` are the number or the secret that it has in it."""
    return PATHS[route].format(*parts)


def beginning(route: str) -> str:
    """Give what the path of every such screen begins with."""
    return PATHS[route].partition("{")[0]
