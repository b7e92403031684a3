"""The one door through which people do things on the web: any action, to any subject."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dutydesk.kernel.actions import Action, ActionRequest, NotYours
from dutydesk.kernel.forms import Field, Form, FormValues
from dutydesk.kernel.refusals import ChangedMeanwhile, Refused
from dutydesk.kernel.subjects import screen_of
from dutydesk.kernel.tellings import Wording, wordings
from dutydesk.people.flows.zones import read_zone
from dutydesk.web.fields import FilledField, said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.uploads import sent_pictures
from dutydesk.wiring import ACTIONS


@rule("anyone")
def do(request: DeskRequest, action: str, about: str) -> HttpResponse:
    """Do an action: at once, or after its form was filled in; a refusal keeps what was typed."""
    try:
        found = ACTIONS[action]
    except KeyError as error:
        raise Http404 from error
    try:
        return _do(request, found, action, about)
    except ValueError as error:
        raise Http404 from error


def _do(request: DeskRequest, action: Action, name: str, about: str) -> HttpResponse:
    person, at = request.person, request.at
    if not person.may(action.access):
        return _refused(request, NotYours("This is for engineers of the team.", "Ask one of them."))
    if request.method != "POST":
        return _form(request, action, about, {}) if action.form else _back(request)
    if action.form is not None and "filled" not in request.POST:
        return HttpResponseRedirect(f"{request.path}?back={_came_from(request)}")
    sent = {name: _value(request, name) for name in request.POST}
    if action.form is not None and "look" in request.POST:
        return _looked_at(request, action, about, sent)
    try:
        zone = read_zone(person.zone)
        press = ActionRequest(about, person, at, zone, sent, files=sent_pictures(request))
        done = ACTIONS.carry_out(name, press)
    except Refused as refusal:
        if action.form is None:
            return _refused(request, refusal)
        return _form(request, action, about, sent, refusal)
    if done.says:
        messages.success(request, done.says)
    return HttpResponseRedirect(screen_of(done.show)) if done.show else _back(request)


def _value(request: DeskRequest, name: str) -> str | list[str]:
    values = request.POST.getlist(name)
    return str(values[0]) if len(values) == 1 else [str(value) for value in values]


def _looked_at(request: DeskRequest, action: Action, about: str, sent: FormValues) -> HttpResponse:
    """Show who would be told what by a form as it is filled in, and do nothing."""
    if sent["look"] != "live":
        return _form(request, action, about, sent)
    context = {
        "audiences": _audiences(request, action, about, _form_of(request, action, about), sent)
    }
    return render(request, "parts/tellings.html", context)


def _form_of(request: DeskRequest, action: Action, about: str) -> Form:
    if action.form is None:
        raise LookupError(f"{action.name} has no form.")
    return action.form(about, request.person, request.at)


def _audiences(
    request: DeskRequest, action: Action, about: str, form: Form, sent: FormValues
) -> Sequence[tuple[str, list[Wording]]]:
    """Give what each audience would read, and where, if the form were sent as it is."""
    if action.preview is None:
        return ()
    zone = read_zone(request.person.zone)
    answers = form.read_so_far(sent or form.filled_in(zone), zone)
    press = ActionRequest(about, request.person, request.at, zone, sent, answers)
    return wordings(action.preview(press))


def _form(
    request: DeskRequest,
    action: Action,
    about: str,
    values: FormValues,
    refusal: Refused | None = None,
) -> HttpResponse:
    form = _form_of(request, action, about)
    told = said(refusal)
    if isinstance(refusal, ChangedMeanwhile):
        values = {**values, **_hidden(form)}
    given = values or form.filled_in(read_zone(request.person.zone))
    fields = [_shown(field, given, told["faults"].get(field.name)) for field in form.fields]
    context: dict[str, Any] = {
        "form": form,
        "fields": fields,
        "audiences": _audiences(request, action, about, form, values),
        "looked_at": "look" in values,
        **told,
        "back": _safe(request, request.POST.get("back") or request.GET.get("back", ""))
        or reverse("now"),
    }
    return render(request, "form.html", context, status=422 if refusal else 200)


def _hidden(form: Form) -> FormValues:
    """Give what the form holds of how things stand now, once it was said what changed."""
    return {field.name: str(field.value) for field in form.fields if field.kind == "hidden"}


def _shown(field: Field, values: FormValues, fault: Refused | None) -> FilledField:
    given = values.get(field.name, "")
    if isinstance(given, str):
        return FilledField(field, given, (given,) if given else (), fault)
    return FilledField(field, "", tuple(given), fault)


def _refused(request: DeskRequest, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return _back(request)


def _back(request: DeskRequest) -> HttpResponse:
    return HttpResponseRedirect(_came_from(request))


def _came_from(request: DeskRequest) -> str:
    """Give the path of the screen that the person was on."""
    given = request.POST.get("back") or request.headers.get("Referer", "")
    path = _safe(request, given)
    try:
        found = resolve(path)
    except Resolver404:
        return reverse("now")
    return reverse("now") if found.url_name == "do" else path


def _safe(request: DeskRequest, address: str) -> str:
    """Give the path of an address of our own, or nothing: nobody is sent elsewhere."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    path = urlsplit(address).path
    return path if path.startswith("/") and not path.startswith("//") else ""
