"""Writing in a postmortem: each passage is saved as it is typed, or by a button."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.postmortems.flows import chronicle, passages, people_roles
from dutydesk.postmortems.flows.passages import WrittenMeanwhile
from dutydesk.postmortems.models import Postmortem
from dutydesk.postmortems.rules.hints import hints
from dutydesk.postmortems.web.trails import trail
from dutydesk.process.flows import process
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.web.templatetags.prose import markdown


@require_POST
@rule("engineer")
def write(request: DeskRequest, number: int, key: str) -> HttpResponse:
    """Save what somebody wrote; a script is answered with what stands there now."""
    found = get_object_or_404(Postmortem.objects.select_related("incident__lead"), pk=number)
    typed = request.POST.get("text", "")
    if not {"text", "writing"} & set(request.POST):
        return HttpResponseRedirect(_back(found, key))
    try:
        if "writing" in request.POST:
            passages.note_writer(postmortem=found.pk, key=key, by=request.person, at=request.at)
            return HttpResponse(status=204)
        saved = passages.write(
            postmortem=found.pk,
            key=key,
            text=typed,
            version=bounds.number(request.POST.get("version", "")) or 0,
            by=request.person,
            at=request.at,
        )
    except Refused as refusal:
        return _refused(request, found, key, typed, refusal)
    if not _by_script(request):
        return HttpResponseRedirect(_back(found, key))
    told = [
        {"found": one.found, "says": one.says}
        for one in hints(saved.text, people_roles.roles(found.incident))
    ]
    return JsonResponse(
        {
            "text": saved.text,
            "version": saved.version,
            "merged": saved.merged,
            "html": str(markdown(saved.text)),
            "hints": told,
        }
    )


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _back(found: Postmortem, key: str) -> str:
    kind, _, entry = key.partition(".")
    if entry:
        return f"{reverse('postmortem-walk', args=[found.pk])}?entry={entry}"
    return f"{reverse('postmortem', args=[found.pk])}#section-{kind}"


def _refused(
    request: DeskRequest, found: Postmortem, key: str, typed: str, refusal: Refused
) -> HttpResponse:
    """Say why; what was typed is kept, and what stands there is shown beside it."""
    theirs = refusal if isinstance(refusal, WrittenMeanwhile) else None
    if _by_script(request):
        said: dict[str, Any] = {"refusal": str(refusal)}
        if theirs is not None:
            said |= {"theirs": theirs.theirs, "version": theirs.version}
        return JsonResponse(said, status=409 if theirs else 422)
    context = {
        "postmortem": found,
        "key": key,
        "typed": typed,
        "refusal": refusal,
        "theirs": theirs,
        "version": theirs.version if theirs else request.POST.get("version", "0"),
        "title": title_of(found, key),
        "back": _back(found, key),
        "trail": trail(found, deeper=True),
    }
    return render(request, "postmortems/refused_text.html", context, status=422)


def title_of(found: Postmortem, key: str) -> str:
    """Give what a passage is called."""
    section = process.in_force().postmortems.section(key)
    if section is not None:
        return section.title
    return {"note": "Note", "factor": "Contributing factor"}.get(key.partition(".")[0], "Text")


@rule("anyone")
def versions(request: DeskRequest, number: int, key: str) -> HttpResponse:
    """Show what a passage said before, and who wrote it."""
    found = get_object_or_404(Postmortem.objects.select_related("incident"), pk=number)
    earlier = passages.earlier(found, key)
    asked = bounds.number(request.GET.get("version", ""))
    chosen = next((one for one in earlier if one.version == asked), None)
    context = {
        "title": title_of(found, key),
        "versions": earlier[:200],
        "chosen": chosen or (earlier[0] if earlier else None),
        "back": _back(found, key),
        "trail": trail(found, deeper=True),
    }
    return render(request, "postmortems/versions.html", context)


@rule("anyone")
def walk(request: DeskRequest, number: int) -> HttpResponse:
    """Walk through the timeline entry by entry. Clause postmortem.improvements."""
    found = get_object_or_404(Postmortem.objects.select_related("incident__lead"), pk=number)
    entries = chronicle.entries(found.incident, at=request.at)
    asked = request.GET.get("entry", "")
    place = next((n for n, one in enumerate(entries) if one.key == asked), 0)
    context: dict[str, Any] = {
        "postmortem": found,
        "about": found.about,
        "incident": found.incident,
        "trail": trail(found, deeper=True),
        "entries": entries,
        "place": place + 1,
        **_step(request, found, entries, place),
    }
    return render(request, "postmortems/walk.html", context)


def _step(
    request: DeskRequest, found: Postmortem, entries: list[chronicle.KeyedEntry], place: int
) -> dict[str, Any]:
    """Give one entry with what is written about it, and the ones beside it."""
    if not entries:
        return {"one": None}
    one = entries[place]
    texts, writes = passages.texts(found), passages.writers(found, at=request.at)
    return {
        "one": one,
        "before": entries[place - 1] if place else None,
        "after": entries[place + 1] if place + 1 < len(entries) else None,
        "note_key": f"note.{one.key}",
        "factor_key": f"factor.{one.key}",
        "note": texts.get(f"note.{one.key}"),
        "factor": texts.get(f"factor.{one.key}"),
        "writes": [
            each
            for kind in ("note", "factor")
            for each in writes.get(f"{kind}.{one.key}", ())
            if each.name != request.person.name
        ],
        "factors": sorted(
            {each.text for key, each in texts.items() if key[:7] == "factor."} - {""}
        ),
    }
