"""Every address, and everybody who might open it or post to it: who may, and who is turned away."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from dutydesk.site.urls import urlpatterns
from dutydesk.web.screens import ScreenAccess
from testing.office import EVERYBODY, SIGNED_OUT, Office
from testing.routes import routes
from testing.state import state, written
from testing.world import Moving

# An empty post may be another's for everybody; what no form sends is tried by one of each kind, at
# each address by another of the methods that no view is asked by.
ONE_OF_EACH = (SIGNED_OUT, "Cy", "Uma", "Ben", "Max")
UNUSED = ("options", "put", "patch", "delete")  # No view is asked by these.
METHODS: dict[str, tuple[str, ...]] = {
    "head": (SIGNED_OUT, "Uma", "Max"),
    "post": EVERYBODY,  # At last, since it may sign somebody out.
}


@dataclass(frozen=True)
class Opens:
    """An address: whom it is for at least, a thing to open, and what they get by looking.

    `query`: what is asked for behind the address. `signed`: whoever posts there shows a secret or
    a signature, and needs no form of ours.
    """

    least: ScreenAccess
    about: str = ""
    status: int = 200
    query: str = ""
    signed: bool = False


ROUTES: dict[str, Opens] = {
    "/": Opens("anyone"),
    "/owed/": Opens("anyone"),
    "/mine/": Opens("anyone"),
    "/glossary": Opens("anyone"),
    "/account/login/": Opens("public"),
    "/account/logout/": Opens("public"),
    "/account/": Opens("anyone"),
    "/account/inactive/": Opens("public", status=403),
    "/account/signup/": Opens("public"),
    "/account/password/reset/": Opens("public"),
    "/welcome/<str:token>": Opens("public", status=410),
    "/do/<str:action>/<str:about>": Opens("anyone", status=302),
    "/style": Opens("anyone"),
    "/availability/": Opens("anyone"),
    "/availability/figures.csv": Opens("anyone"),
    "/availability/figures.json": Opens("anyone"),
    "/availability/<int:number>": Opens("anyone", "availability"),
    "/handbook/": Opens("anyone"),
    "/handbook/review": Opens("anyone"),
    "/handbook/<str:name>/": Opens("anyone"),
    "/handbook/<str:name>/<path:path>": Opens("anyone"),
    "/handbook/pictures/<str:name>/<path:path>": Opens("anyone"),
    "/healthz": Opens("public", status=503),  # Nothing looks after the desk in a test.
    "/metrics": Opens("public", status=401),
    "/ask": Opens("anyone"),
    "/channels/": Opens("anyone"),
    "/channels/<int:number>": Opens("anyone", "channel"),
    "/threads/<int:number>": Opens("anyone", "thread"),
    "/posts/<int:number>": Opens("anyone", "post", status=302),
    "/alarms/": Opens("anyone"),
    "/alarms/explain": Opens("anyone"),
    "/alarms/keys/": Opens("administrator"),
    "/alarms/heartbeats/": Opens("engineer"),
    "/alarms/in/heartbeat/<str:token>": Opens("public", status=404, signed=True),
    "/alarms/in/heartbeat/<str:token>/<str:signal>": Opens("public", status=404, signed=True),
    "/alarms/<int:number>": Opens("anyone", "alarm"),
    "/alarms/silences/": Opens("anyone"),
    "/arrivals/": Opens("engineer"),
    "/arrivals/<int:number>": Opens("engineer", "arrival"),
    "/alarms/silences/new": Opens("engineer"),
    "/alarms/silences/<int:number>": Opens("anyone", "silence"),
    "/pages/": Opens("anyone"),
    "/pages/<int:number>": Opens("anyone", "page held"),
    "/pages/answer/<str:token>": Opens("public", status=410, signed=True),
    "/pages/answer/<str:token>/handbook/<str:name>/<path:path>": Opens("public", status=410),
    "/pages/answer/<str:token>/pictures/<str:name>/<path:path>": Opens("public", status=410),
    "/pages/contact-methods/": Opens("engineer"),
    "/pages/contact-methods/confirm/<str:token>": Opens("public", status=410),
    "/pagerduty/webhook": Opens("public", status=405, signed=True),
    "/pictures/<int:number>": Opens("anyone", "picture"),
    "/questions/": Opens("anyone"),
    "/questions/<int:number>": Opens("anyone", "question", status=302),
    "/questions/<int:number>/record": Opens("anyone", "question"),
    "/find": Opens("anyone"),
    "/board/": Opens("anyone"),
    "/board/mine": Opens("engineer"),
    "/board/nobody": Opens("anyone"),
    "/github/webhook": Opens("public", status=405, signed=True),
    "/tickets/<int:number>": Opens("anyone", "ticket"),
    "/incidents/": Opens("anyone"),
    "/incidents/<int:number>": Opens("anyone", "incident"),
    "/incidents/help/<str:token>": Opens("public", status=410, signed=True),
    "/incidents/notes/<int:number>": Opens("anyone", "note", status=302),
    "/deploys/in/<str:token>": Opens("public", status=405, signed=True),
    "/services/": Opens("anyone"),
    "/services/<int:number>": Opens("anyone", "service"),
    "/services/maintenance/<int:number>": Opens("anyone", "maintenance", status=302),
    "/announcements/": Opens("anyone"),
    "/announcements/<int:number>": Opens("anyone", "announcement"),
    "/announcements/updates/<int:number>": Opens("anyone", "promised update", status=302),
    "/announcements/series/<int:number>": Opens("anyone", "series"),
    "/announcements/calendar/": Opens("anyone"),
    "/announcements/calendar/addresses": Opens("engineer"),
    "/announcements/calendar/public.ics": Opens("public", status=404),
    "/announcements/calendar/<str:token>.ics": Opens("public", status=404),
    "/handovers/": Opens("anyone"),
    "/handovers/<int:number>": Opens("anyone", "handover"),
    "/handovers/<int:number>/note": Opens("engineer", "handover", status=302),
    "/handovers/accept/<str:token>": Opens("public", status=410, signed=True),
    "/routines/": Opens("anyone"),
    "/routines/<int:number>": Opens("anyone", "checklist"),
    "/postmortems/": Opens("anyone"),
    "/improvements/": Opens("anyone"),
    "/postmortems/published/": Opens("public"),  # The process file says that everybody may.
    "/postmortems/published/feed.atom": Opens("public"),
    "/postmortems/published/<int:number>": Opens("public", "published postmortem"),
    "/postmortems/published/<int:number>.md": Opens("public", "published postmortem"),
    "/postmortems/published/<int:number>.json": Opens("public", "published postmortem"),
    "/postmortems/published/<int:number>/pictures/<int:picture>": Opens(
        "public", "published postmortem", status=404
    ),
    "/postmortems/<int:number>/publish": Opens("engineer", "postmortem"),
    "/postmortems/<int:number>/publications/<int:version>": Opens(
        "engineer", "published postmortem"
    ),
    "/improvements/<int:number>": Opens("anyone", "improvement"),
    "/postmortems/<int:number>": Opens("anyone", "postmortem"),
    "/postmortems/<int:number>/walk": Opens("anyone", "postmortem"),
    "/postmortems/<int:number>/text/<str:key>": Opens("engineer", "postmortem", status=405),
    "/postmortems/<int:number>/text/<str:key>/versions": Opens("anyone", "postmortem"),
    "/shifts/": Opens("anyone"),
    "/shifts/<int:number>": Opens("anyone", "shift"),
    "/shifts/cover": Opens("engineer", status=302),
    "/shifts/who.json": Opens("anyone"),
    "/shifts/change/": Opens("engineer"),
    "/shifts/plan/": Opens("engineer"),
    "/shifts/shares/": Opens("anyone"),
    "/shifts/statement.csv": Opens("engineer", query="?engineer={ben}&month=2026-11"),
    "/shifts/calendars/": Opens("engineer"),
    "/shifts/corrections/": Opens("engineer"),
    "/calendar/<str:token>.ics": Opens("public", status=404),
    "/people/": Opens("anyone"),
    "/people/accounts/": Opens("administrator"),
    "/people/accounts/<int:number>": Opens("administrator", "account"),
    "/people/connect/<str:token>": Opens("anyone", status=410),
    "/measures/": Opens("anyone"),
    "/measures/incidents/each/<int:number>": Opens("anyone", "incident"),
    "/measures/reports/": Opens("anyone"),
    "/measures/reports/<str:month>": Opens("anyone", status=404),
    "/measures/<str:named>": Opens("anyone"),
    "/measures/<str:named>/<str:which>": Opens("anyone"),
    "/process/": Opens("anyone"),
    "/status-page/": Opens("engineer"),
    "/status/": Opens("anyone"),
    "/status/subscribe": Opens("public", status=404),
    "/status/subscriptions/<str:token>/confirm": Opens("public", status=410),
    "/status/subscriptions/<str:token>/end": Opens("public", status=410, signed=True),
    "/status/<path:rest>": Opens("anyone", status=404),
}


@pytest.fixture
def office(one_office: Office, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for module in ("middleware", "metrics"):
        monkeypatch.setattr(f"dutydesk.site.{module}.clock", Moving(one_office.world))
    yield one_office


def path_of(office: Office, route: str) -> str:
    about = ROUTES[route].about
    path = route.replace("<str:token>", "a-guess").replace("<str:action>", "incident.show")
    path = (
        path.replace("<str:key>", "summary")
        .replace("<int:version>", "1")
        .replace("<int:picture>", "1")
    )
    page = "img/plan.png" if "pictures" in route else "a.md"
    path = (
        path.replace("<str:named>", "incidents")
        .replace("<str:month>", "1999-01")
        .replace("<str:which>", "high")
    )
    path = path.replace("<str:name>", "docs").replace("<path:path>", page)
    path = path.replace("<str:about>", office.about["incident"])
    path = path.replace("<int:number>", office.number(about) if about else "")
    return path + ROUTES[route].query.format(**vars(office.here))


def turned_away(least: ScreenAccess, name: str) -> int | None:
    """Give the status with which an address that is for `least` turns somebody away, if it does."""
    if least == "public":
        return None
    if name in (SIGNED_OUT, "Cy"):
        return 302
    may = {"anyone": {*EVERYBODY}, "engineer": {"Ada", "Ben", "Max"}, "administrator": {"Max"}}
    return None if name in may[least] else 403


def test_every_address_stands_in_the_table_and_says_the_same_of_itself() -> None:
    said = {}
    for route, view in routes(urlpatterns):
        access = getattr(view, "access", None)
        if access is None:
            assert view.__module__.startswith("allauth.account."), route
        said[route] = access or "public"
    assert {route: opens.least for route, opens in ROUTES.items()} == said
    exempt = {r for r, view in routes(urlpatterns) if getattr(view, "csrf_exempt", False)}
    assert exempt == {route for route, opens in ROUTES.items() if opens.signed}


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_opens_for_those_whom_it_is_for_and_looking_changes_nothing(
    office: Office, route: str
) -> None:
    opens, path = ROUTES[route], path_of(office, route)
    before = office.before.rolled_back(written())
    for name in EVERYBODY:
        answer = office.client(name).get(path)
        away = turned_away(opens.least, name)
        expected = away or opens.status
        if opens.about == "" and route.startswith("/account/log"):
            expected = answer.status_code  # Both send whom they have nothing to show elsewhere.
        assert answer.status_code == expected, name or "signed out"
        if away == 302:
            assert answer.headers["Location"].startswith("/account/login/")
    assert state(before).differences(before) == set()


@pytest.mark.parametrize("route", ROUTES)
def test_an_empty_post_and_every_other_method_change_nothing_and_pass_no_guard(
    office: Office, route: str
) -> None:
    opens, path = ROUTES[route], path_of(office, route)
    clients = {name: office.client(name) for name in EVERYBODY}
    before = office.before.rolled_back(written())
    unused = UNUSED[list(ROUTES).index(route) % len(UNUSED)]
    methods = {"options": (SIGNED_OUT,), unused: ONE_OF_EACH} | METHODS
    for method, names in methods.items():
        for name in names:
            answer, away = getattr(clients[name], method)(path), turned_away(opens.least, name)
            looks = opens.least == "public" and method == "options"  # As HAProxy does.
            if away is not None or (method in UNUSED and not looks):
                assert answer.status_code == (away or 405), (name, method)
            assert answer.status_code < 500 or opens.status == 503, (name, method)
    assert state(before).differences(before) == set()


@pytest.mark.parametrize("route", ROUTES)
def test_a_form_of_another_site_is_taken_nowhere(office: Office, route: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = office.client("Max").cookies
    answer = client.post(path_of(office, route), {"what": "engineer", "filled": "1"})
    if ROUTES[route].signed:
        assert answer.status_code in (403, 404, 410, 415)
    else:
        assert answer.status_code == 403
