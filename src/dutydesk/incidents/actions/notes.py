"""Writing into an incident's timeline, in any chat: what happened, when, and what was said."""

from datetime import datetime, timedelta

from django.db.models import Q

from dutydesk.chat.models import Post
from dutydesk.incidents.actions.inputs import incident_of
from dutydesk.incidents.flows import context, notes
from dutydesk.incidents.flows.notes import NoteRefused
from dutydesk.incidents.models import Incident, Note
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.pictures.flows import descriptions

RECENT = timedelta(days=14)
LONGEST = 3_000


def _happened(value: datetime, at: datetime) -> Field:
    hint = "Its true time, though you write it down only now."
    return Field("at", "When?", "time", hint=hint, value=value, until=at)


def _text(value: str = "") -> Field:
    return Field("text", "What happened?", "long", value=value, longest=LONGEST)


def _note_form(about: str, by: Person, at: datetime) -> Form:
    if about.startswith("incident:"):
        note = "It stands in the timeline at that time, marked as added later if it was."
        fields = (_text(), _happened(at, at))
        return Form("A note for the timeline", "Write it", fields, note, pictures=True)
    post = _post(about, by)
    return Form(
        "Into the timeline",
        "Put it there",
        (_which(post, at),),
        f"{post.author}: “{post.words.body[:300]}” It stands there at the time when it was said.",
    )


def _post(about: str, by: Person) -> Post:
    kind = about.partition(":")[0]
    number = number_of(about, kind if kind in ("post", "thread") else "post")
    seen = Post.objects.select_related("channel", "thread").filter(pk=number, only_for=None)
    found = seen.filter(removed_at=None).first()
    if found is None:
        raise NoteRefused("That message isn't there any more.", "Choose another one.")
    return found


def _which(post: Post, at: datetime) -> Field:
    """Let somebody choose the incident: the likeliest first, and those that were over of late."""
    meant = [one.pk for one in context.incidents_of(post)]
    late = Q(state=Incident.State.OPEN) | Q(resolved__gt=at - RECENT)
    rows = {one.pk: one for one in Incident.objects.filter(late, imported_key=None)}
    order = [*meant, *(number for number in rows if number not in meant)]
    options = tuple((str(number), f"{rows[number].title} ({number})") for number in order)
    value = options[0][0] if options and len(meant) == 1 else ""
    return Field("incident", "Of which incident?", "choice", options=options, value=value)


def _write(press: ActionRequest) -> ActionResult:
    if not press.about.startswith("incident:"):
        return _keep(press)
    notes.write(
        incident=incident_of(press),
        text=press.answers.text("text"),
        happened_at=press.answers.moment("at"),
        by=press.by,
        at=press.at,
        files=press.files,
    )
    return ActionResult("It stands in the timeline.", press.about)


def _keep(press: ActionRequest) -> ActionResult:
    number = press.answers.number("incident")
    notes.keep(incident=number, post=_post(press.about, press.by).pk, by=press.by, at=press.at)
    return ActionResult("It stands in the timeline.", subject("incident", number))


def _correct_form(about: str, by: Person, at: datetime) -> Form:
    found = Note.objects.get(pk=number_of(about, "note"))
    return Form(
        "Correct the note",
        "Correct it",
        (
            _text(found.text),
            _happened(found.happened_at, at),
            *descriptions.fields(found.pictures.all()),
        ),
        "The timeline says that it was corrected, when and by whom.",
        pictures=True,
    )


def _correct(press: ActionRequest) -> ActionResult:
    number = number_of(press.about, "note")
    shown = Note.objects.get(pk=number).pictures.all()
    found = notes.correct(
        note=number,
        text=press.answers.text("text"),
        happened_at=press.answers.moment("at"),
        by=press.by,
        at=press.at,
        files=press.files,
        seen=descriptions.answered(shown, press.answers),
    )
    return ActionResult("Corrected.", found.incident.about)


def _remove_form(about: str, by: Person, at: datetime) -> Form:
    found = Note.objects.select_related("post").get(pk=number_of(about, "note"))
    said = found.post.words.body if found.post else found.text
    note = f"“{said[:300]}” The timeline goes on to say that something stood there."
    return Form("Take it back?", "Take it out of the timeline", note=note)


def _remove(press: ActionRequest) -> ActionResult:
    found = notes.remove(note=number_of(press.about, "note"), by=press.by.name, at=press.at)
    return ActionResult("Taken back.", found.incident.about)


ACTIONS = (
    Action("incident.note", "engineer", _write, _note_form),
    Action("note.correct", "engineer", _correct, _correct_form),
    Action("note.remove", "engineer", _remove, _remove_form),
)
