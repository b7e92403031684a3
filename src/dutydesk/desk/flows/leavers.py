"""Questions and tickets of somebody who leaves the team: nobody's until somebody takes them."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.database import notifications
from dutydesk.desk import words
from dutydesk.desk.flows import deadlines, status_post
from dutydesk.desk.models import OVER, Question, Ticket
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def left_team(*, event: EngineerStaying, at: datetime) -> None:
    """Let what somebody had say that it is nobody's, and tell the team; theirs if they are back."""
    who = Engineer.objects.get(pk=event.engineer)
    rows = Question.objects.select_for_update(of=("self",)).exclude(state__in=OVER)
    questions = list(rows.filter(engineer=who).select_related("post", "engineer").order_by("pk"))
    for one in questions:
        deadlines.taken(one)
        status_post.show(one, at)
    notifications.notify("board", *(one.about for one in questions))
    # A question's ticket goes to whoever takes the question.
    tickets = Ticket.objects.filter(engineer=who, closed_at=None).exclude(question__in=questions)
    raised = list(tickets.order_by("pk"))
    if not who.active and (questions or raised):
        _tell(who, questions, raised, at)


def _tell(who: Engineer, questions: list[Question], tickets: list[Ticket], at: datetime) -> None:
    asked = [(one.about, f"question {one.pk}", one.title) for one in questions]
    raised = [(one.about, f"ticket {one.called}", one.title) for one in tickets]
    desk_posts.say(
        key=f"questions:left:{who.pk}:{at.isoformat()}",
        channel=process.in_force().team.channel,
        message=words.left_behind(who.name, [*asked, *raised]),
        at=at,
    )
