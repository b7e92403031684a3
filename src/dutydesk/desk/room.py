"""The desk itself: questions in the ask channel, and tickets, here or in a tracker outside."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.chat.flows import aside, quotations
from dutydesk.chat.flows.people_posts import PersonEdited, PersonMarked, PersonPosted, PersonRemoved
from dutydesk.database import rows
from dutydesk.desk.actions import answers, questions, tickets
from dutydesk.desk.flows import (
    duplicates,
    leavers,
    ownership,
    question_intake,
    question_timers,
    quoted_posts,
    suggestions,
    team_nudges,
    ticket_ends,
    ticket_record,
    tracker_inbound,
    tracker_outbound,
    tracker_problems,
    tracker_reconciliation,
)
from dutydesk.desk.flows.events import (
    QuestionAnswered,
    QuestionAsked,
    QuestionReopened,
    QuestionSolved,
    QuestionWithdrawn,
    TicketClosed,
    TicketMoved,
    TicketReopened,
)
from dutydesk.desk.rules.promises import ANSWER, CHASE, LEAD, QUICK, SILENCE, TEAM
from dutydesk.kernel.addresses import beginning, path_to
from dutydesk.kernel.arrivals import ArrivalHandler, each
from dutydesk.kernel.checks import Check
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.ports.tracker import LOOK, TOLD, PlaceOf, TrackerEvents, TrackerQueries


def health(at: datetime) -> Iterable[Check]:
    """Say whether the tracker outside hears of tickets, if they are kept in one."""
    try:
        if not tracker_outbound.outside():
            return
    except Refused:  # Without a process; that is said by itself.
        return
    because = tracker_problems.trouble(at=at)
    if not because:
        yield Check("tracker", True, "told of tickets", vital=False)
        return
    says, public = f"It is not told: {because}.", "It is not told of all."
    remedy = "See to `ask.ticket` in the process file and to the settings of GitHub."
    yield Check("tracker", False, says, remedy, vital=False, public=public)


ROOM = Room(
    "desk",
    urls="dutydesk.desk.urls",
    sections=(
        MenuSection(
            "Questions",
            path_to("questions"),
            50,
            (beginning("thread"),),
            group="Respond",
            icon="question-mark-circle",
            count="questions",
            foot=True,
        ),
        MenuSection(
            "Board",
            path_to("board"),
            70,
            (beginning("ticket"),),
            group="Respond",
            icon="view-columns",
            count="tickets",
        ),
    ),
    actions=(*questions.ACTIONS, *answers.ACTIONS, *tickets.ACTIONS),
    reactors=(
        Reactor("question.hear", PersonPosted, question_intake.hear),
        Reactor("question.edited", PersonEdited, question_intake.edited),
        Reactor("ticket.edited", PersonEdited, ticket_record.edited),
        Reactor("question.removed", PersonRemoved, question_intake.removed),
        Reactor("question.marked", PersonMarked, ownership.marked),
        Reactor("ticket.marked", PersonMarked, ticket_record.marked),
        Reactor("question.offer", QuestionAsked, suggestions.offer),
        Reactor("question.left-team", EngineerStaying, leavers.left_team),
        Reactor("duplicate.answered", QuestionAnswered, duplicates.answered),
        Reactor("duplicate.solved", QuestionSolved, duplicates.solved),
        Reactor("duplicate.reopened", QuestionReopened, duplicates.reopened),
        Reactor("duplicate.withdrawn", QuestionWithdrawn, duplicates.withdrawn),
        Reactor("ticket.ended", TicketClosed, ticket_ends.ticket_ended),
        Reactor("ticket.moved", TicketMoved, ticket_ends.ticket_ended),
        Reactor("ticket.goes-on", TicketReopened, ticket_ends.ticket_goes_on),
        Reactor("question.ended", QuestionSolved, ticket_ends.question_ended),
        Reactor("ticket.withdrawn", QuestionWithdrawn, ticket_ends.question_withdrawn),
        Reactor("question.goes-on", QuestionReopened, ticket_ends.question_goes_on),
        Reactor(
            "tracker.settled", MessageSettled, tracker_inbound.settled, tracker_inbound.concerns
        ),
    ),
    promises=(
        PromiseHandler(QUICK, due=question_timers.offer_ticket),
        PromiseHandler(ANSWER, due=question_timers.nudge_cover),
        PromiseHandler(TEAM, due=team_nudges.nudge_team),
        PromiseHandler(LEAD, due=team_nudges.nudge_lead),
        PromiseHandler(CHASE, due=team_nudges.chase),
        PromiseHandler(SILENCE, due=question_timers.close_silent),
    ),
    messages=(*TOLD, LOOK),
    rounds={"tracker": tracker_reconciliation.ask},
    arrivals=(
        ArrivalHandler(
            (tracker_inbound.DOOR,), each(tracker_inbound.take), put_aside=aside.tell_team
        ),
    ),
    takes={
        TrackerEvents: tracker_inbound.LISTENER.connect,
        TrackerQueries: tracker_reconciliation.ASKER.connect,
    },
    gives={
        PlaceOf: rows.released(tracker_outbound.place),
        quotations.Quoter: quoted_posts.QUOTER,
    },
    health=health,
)
