"""“How I am reached”: a person's contact methods, and the link in a test's message."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Answers
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import contact_methods, escalation, records
from dutydesk.oncall.web.contact_forms import FORMS
from dutydesk.outbox.flows import outbox
from dutydesk.people.flows import attempts, skills
from dutydesk.people.flows.zones import read_zone
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.web.fields import said
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.sent_forms import read_sent, typed


@rule("engineer")
def listed(request: DeskRequest) -> HttpResponse:
    """Show and change one's own contact methods; administrators choose whose."""
    number = request.GET.get("engineer", "")
    if not number and request.person.engineer is None:
        people = {"engineers": Engineer.objects.filter(active=True)}
        return render(request, "oncall/whose_contact_methods.html", people)
    pk = bounds.number(number) if number else request.person.engineer
    if pk != request.person.engineer and not request.person.administrator:
        return render(request, "not_yours.html", {"who": "administrators"}, status=403)
    engineer = get_object_or_404(Engineer.objects.select_related("account"), pk=pk)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _change(request, engineer))
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(request.get_full_path())
    response = _shown(request, engineer, refusal)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(request: DeskRequest, engineer: Engineer, refusal: Refused | None) -> HttpResponse:
    about = subject("engineer", engineer.pk)
    own = list(engineer.contact_methods.all())
    routes = contact_methods.of(engineer)
    context = {
        "engineer": engineer,
        "mine": engineer.pk == request.person.engineer,
        "about": about,
        "methods": own,
        "routes": routes,
        "sure": any(route.relied for route in routes),
        "plain": not any(method.verified_at for method in own),
        "mail": outbox.can_deliver(MAIL),
        "skills": ", ".join(one.name for one in engineer.skills.all()),
        "rehearsed": records.rehearsed(engineer),
        "rehearsal": subject("rehearsal", engineer.pk),
        "happened": list(journal.timeline([about]).order_by("-at", "-id")[:20]),
        "forms": FORMS,
        # With the address: it is shown to whoever typed it.
        "typed": typed(request) if refusal else {},
        **said(refusal),
    }
    return render(request, "oncall/contact_methods.html", context, status=422 if refusal else 200)


def _change(request: DeskRequest, engineer: Engineer) -> str:
    what, answers = read_sent(request, FORMS, read_zone(request.person.zone))
    return _CHANGES[what](request, engineer, answers)


def _add(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    method = contact_methods.add(
        engineer=engineer.pk,
        name=answers.text("name"),
        address=answers.text("address"),
        delay=answers.number("delay"),
        at=request.at,
        by=request.person.name,
    )
    if method.verified_at is not None:
        return f"{method.name} is added."
    return f"{method.name} is added. Send a test to it, so that it can be relied on."


def _delay(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    method = contact_methods.change_delay(
        method=answers.number("method"),
        engineer=engineer.pk,
        delay=answers.number("delay"),
        at=request.at,
        by=request.person.name,
    )
    return f"{method.name} is used {method.delay} minutes after the call."


def _up(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    contact_methods.move_up(method=answers.number("method"), engineer=engineer.pk)
    return "The order is changed."


def _remove(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    name = contact_methods.remove(
        method=answers.number("method"),
        engineer=engineer.pk,
        at=request.at,
        by=request.person.name,
    )
    return f"{name} and its address are removed."


def _test(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    method = contact_methods.test(
        method=answers.number("method"), engineer=engineer.pk, at=request.at
    )
    return f"A test goes to {method.name}. Open its link, or give its code here."


def _code(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    limits = {f"code:{request.person.account}": attempts.PER_ACCOUNT}  # It has six digits only.
    tries = attempts.take(limits=limits, at=request.at)
    method = contact_methods.verify(
        method=answers.number("method"),
        code=answers.text("code"),
        engineer=engineer.pk,
        at=request.at,
    )
    attempts.give_back(tries)
    return f"{method.name} is verified."


def _rehearse(request: DeskRequest, engineer: Engineer, _answers: Answers) -> str:
    if engineer.pk != request.person.engineer:
        raise Refused("Only they themselves can rehearse.", "Ask them to press the button here.")
    escalation.rehearse(engineer=engineer.pk, at=request.at)
    return "You are being called, by all of your contact methods at once."


def _skills(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    names = [one.strip() for one in answers.text("skills").split(",") if one.strip()]
    skills.set_skills(engineer=engineer.pk, names=names, at=request.at, by=request.person)
    return f"What {engineer.name} can be asked for is saved."


def _called(request: DeskRequest, engineer: Engineer, answers: Answers) -> str:
    called = answers.flag("called")
    skills.set_called(engineer=engineer.pk, called=called, at=request.at, by=request.person)
    if called:
        return "You are called when somebody asks for you in an incident."
    return "You are written to in the chat, and not called, outside your turn."


_CHANGES: dict[str, Callable[[DeskRequest, Engineer, Answers], str]] = {
    "skills": _skills,
    "called": _called,
    "add": _add,
    "delay": _delay,
    "up": _up,
    "remove": _remove,
    "test": _test,
    "code": _code,
    "rehearse": _rehearse,
}


@rule("public")
def confirm(request: DeskRequest, token: str) -> HttpResponse:
    """Let whoever got a test's message say so, without signing in.

    Opening it changes nothing, since mail scanners open links; pressing the button does.
    """
    try:
        method, code = contact_methods.opened(token=token)
        if request.method == "POST":
            method = contact_methods.verify(method=method.pk, code=code, at=request.at)
    except Refused as refusal:
        return render(request, "oncall/confirm.html", {"refusal": refusal}, status=410)
    context = {"method": method, "done": request.method == "POST"}
    return render(request, "oncall/confirm.html", context)
