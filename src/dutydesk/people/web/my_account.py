"""One's own account: where one is signed in, one's password and time zone."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from dutydesk.kernel.actions import Person
from dutydesk.kernel.forms import Answers, Field, Form, FormRefused, NotAnAnswer
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import accounts, zones
from dutydesk.people.flows.attempts import TooManyTries, give_back
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Account
from dutydesk.people.web import sessions
from dutydesk.people.web.passwords import check_password, take_a_try
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import WHAT, read_sent, typed

_OLD = Field("old", "The one that I have now", verbatim=True)
_NEW = Field("password", "The new one", verbatim=True)
_ZONE = Field("zone", "Zone", required=False, hint="Empty for the team's.")
_FORMS = {
    "end": Form("Sign out", "Sign out there", (Field("browser", "Which browser", "hidden"),)),
    "end-others": Form("Sign out", "Sign out everywhere else"),
    "zone": Form("My time zone", "Read in this zone", (_ZONE,)),
    "password": Form("My password", "Change my password", (_OLD, _NEW)),
}


@rule("anyone")
def mine(request: DeskRequest) -> HttpResponse:
    """Show where one is signed in, and end that; change one's own password and time zone."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            says = _change(request)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, says)
            return HttpResponseRedirect(request.path)
    context = {
        "browsers": sessions.browsers(
            sessions.open_of(request.person.account), request.session.session_key
        ),
        "forms": _FORMS,
        "zones": sorted(zone_names()),
        "typed": {WHAT: typed(request).get(WHAT, "")},  # No password goes back to the screen.
        **said(refusal),
    }
    status = 429 if isinstance(refusal, TooManyTries) else 422 if refusal else 200
    shown = render(request, "people/my_account.html", context, status=status)
    shown.headers["Cache-Control"] = "no-store"
    return shown


def _change(request: DeskRequest) -> str:
    me, this = request.person, sessions.hashed(request.session.session_key)
    what, answers = read_sent(request, _FORMS, read_zone(request.person.zone))
    if what == "password":
        return _change_password(request, me, this, answers)
    if what == "end":
        browser = answers.text("browser")
        ended = accounts.end_session(account=me.account, session=browser, by=me, at=request.at)
        return "You are signed out there." if ended else "You were not signed in there."
    if what == "zone":
        zone = answers.text("zone")
        return zones.choose(account=me.account, zone=zone, by=me, at=request.at)
    accounts.end_sessions(account=me.account, by=me, at=request.at, keep=this)
    return "You are signed out everywhere else."


def _change_password(request: DeskRequest, me: Person, this: str, answers: Answers) -> str:
    tries = take_a_try(request, me.email)
    if not Account.objects.get(pk=me.account).check_password(answers.text("old")):
        raise _wrong("old", "That is not your password.", "Give the one that you sign in with now.")
    give_back(tries)
    password = answers.text("password")
    try:
        check_password(password)
    except Refused as refusal:
        raise _wrong("password", refusal.reason, refusal.remedy) from refusal
    changed = accounts.change_password(
        account=me.account, password=password, by=me, at=request.at, keep=this
    )
    update_session_auth_hash(request, changed)
    return "Your password is changed. Everywhere else you are signed out."


def _wrong(field: str, reason: str, remedy: str) -> FormRefused:
    return FormRefused({field: NotAnAnswer(reason, remedy)})
