"""Which incident a message is about, by where it was written."""

from dutydesk.alarms.models import Alarm
from dutydesk.chat.models import Post
from dutydesk.desk.flows import question_threads
from dutydesk.incidents.flows import links
from dutydesk.incidents.models import Incident
from dutydesk.kernel import bounds
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


def prompt_of(post: Post) -> str:
    """Give the alarm or question whose thread a message stands in, as a subject; else nothing."""
    root = post.thread
    if root is None:
        return ""
    if (question := question_threads.number_of(root.pk)) is not None:
        return subject("question", question)
    kind, _, rest = root.key.partition(":")
    number = bounds.number(rest.partition(":")[0])
    if kind == "alarm" and number is not None and Alarm.objects.filter(pk=number).exists():
        return f"alarm:{number}"
    return ""


def incidents_of(post: Post) -> list[Incident]:
    """Give the incident that goes on and that a message is about; all of them if it may be any.

    It is the one under whose announcement it stands, or that has the alarm or question whose
    thread it stands in; in the team's channel it is any that goes on. Elsewhere it is none.
    """
    announced = _announced(post.thread or post)
    if announced is not None:
        return [announced] if announced.state == Incident.State.OPEN else []
    prompted = prompt_of(post) or (post.thread or post).about
    if linked := list(links.running(prompted)):
        return linked
    if post.channel.name != process.in_force().team.channel:
        return []
    return list(Incident.objects.filter(state=Incident.State.OPEN).order_by("-declared", "-pk"))


def _announced(root: Post) -> Incident | None:
    """Give the incident that a post announces."""
    kind, _, rest = root.key.partition(":")
    number = bounds.number(rest.partition(":")[0])
    if kind != "incident" or number is None:
        return None
    return Incident.objects.filter(pk=number).first()
