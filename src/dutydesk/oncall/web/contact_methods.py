"""“How I am reached”: a person's contact methods, and the link in a test's message."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.oncall.flows import contact_methods, escalation, records
from dutydesk.outbox.flows import outbox
from dutydesk.people.flows import skills
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.web.screens import DeskRequest, rule


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
    typed = {key: str(value).strip() for key, value in request.POST.items()}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _change(request, engineer, typed))
        except Refused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(request.get_full_path())
    response = _shown(request, engineer, typed, refusal)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(
    request: DeskRequest, engineer: Engineer, typed: dict[str, str], refusal: Refused | None
) -> HttpResponse:
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
        "typed": typed if refusal else {},  # With the address: it is shown to whoever typed it.
        "refusal": refusal,
    }
    return render(request, "oncall/contact_methods.html", context, status=422 if refusal else 200)


def _change(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    change = _CHANGES.get(typed.get("what", ""))
    if change is None:
        raise Refused("The form is not known here.", "Open the page again.")
    return change(request, engineer, typed)


def _number(text: str) -> int:
    found = bounds.number(text)
    return -1 if found is None else found


def _add(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    method = contact_methods.add(
        engineer=engineer.pk,
        name=typed.get("name", ""),
        address=typed.get("address", ""),
        delay=_number(typed.get("delay", "0")),
        at=request.at,
        by=request.person.name,
    )
    if method.verified_at is not None:
        return f"{method.name} is added."
    return f"{method.name} is added. Send a test to it, so that it can be relied on."


def _delay(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    method = contact_methods.change_delay(
        method=_number(typed.get("method", "")),
        engineer=engineer.pk,
        delay=_number(typed.get("delay", "")),
        at=request.at,
        by=request.person.name,
    )
    return f"{method.name} is used {method.delay} minutes after the call."


def _up(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    contact_methods.move_up(method=_number(typed.get("method", "")), engineer=engineer.pk)
    return "The order is changed."


def _remove(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    name = contact_methods.remove(
        method=_number(typed.get("method", "")),
        engineer=engineer.pk,
        at=request.at,
        by=request.person.name,
    )
    return f"{name} and its address are removed."


def _test(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    method = contact_methods.test(
        method=_number(typed.get("method", "")), engineer=engineer.pk, at=request.at
    )
    return f"A test goes to {method.name}. Open its link, or give its code here."


def _code(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    method = contact_methods.verify(
        method=_number(typed.get("method", "")),
        code=typed.get("code", ""),
        engineer=engineer.pk,
        at=request.at,
    )
    return f"{method.name} is verified."


def _rehearse(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    if engineer.pk != request.person.engineer:
        raise Refused("Only they themselves can rehearse.", "Ask them to press the button here.")
    escalation.rehearse(engineer=engineer.pk, at=request.at)
    return "You are being called, by all of your contact methods at once."


def _skills(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    names = [one.strip() for one in typed.get("skills", "").split(",") if one.strip()]
    skills.set_skills(engineer=engineer.pk, names=names, at=request.at, by=request.person)
    return f"What {engineer.name} can be asked for is saved."


def _called(request: DeskRequest, engineer: Engineer, typed: dict[str, str]) -> str:
    called = "called" in typed
    skills.set_called(engineer=engineer.pk, called=called, at=request.at, by=request.person)
    if called:
        return "You are called when somebody asks for you in an incident."
    return "You are written to in the chat, and not called, outside your turn."


_CHANGES: dict[str, Callable[[DeskRequest, Engineer, dict[str, str]], str]] = {
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
