"""What forms of announcements share: which one it is about, and what its reader saw of it."""

from dutydesk.announcements.flows import changes
from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.incidents.actions import inputs
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import Field
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.people.models import Service


def number(about: str) -> int:
    """Give the announcement that a button is about, or an update that was promised of it."""
    if not about.startswith("promised-update:"):
        return number_of(about, "announcement")
    found = PromisedUpdate.objects.filter(pk=number_of(about, "promised-update")).first()
    if found is None:
        raise ValueError(f"“{about}” names no promised update.")
    return found.announcement_id


def about_of(about: str) -> str:
    """Give the announcement's name as a subject."""
    return subject("announcement", number(about))


def found_of(about: str) -> Announcement:
    """Give the announcement; ValueError if there is none."""
    found = Announcement.objects.filter(pk=number(about)).first()
    if found is None:
        raise ValueError(f"“{about}” names no announcement.")
    return found


def services_field(chosen: tuple[str, ...]) -> Field:
    """Ask which services it is about."""
    options = tuple((str(one.pk), one.name) for one in Service.objects.all())
    return Field("services", "Which services?", "choices", False, options=options, value=chosen)


def services_of(press: ActionRequest) -> tuple[int, ...]:
    """Give the services that were chosen."""
    return tuple(map(int, press.answers.chosen("services")))


def seen_field(about: str) -> Field:
    """Keep in the form which change was the last one that its reader saw."""
    return inputs.seen_field(changes.latest(about_of(about)))
