"""On call: pages, whom they call and in which order, and PagerDuty beside."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.chat.flows import aside
from dutydesk.chat.flows.people_posts import PersonPosted
from dutydesk.database import rows
from dutydesk.kernel.arrivals import ArrivalHandler, each
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import PromiseHandler, Reactor, Room
from dutydesk.oncall.actions import ACTIONS
from dutydesk.oncall.flows import (
    contact_methods,
    escalation,
    failover,
    held_pages,
    last_look,
    page_runbook,
    pager_inbound,
    pager_outbound,
    rehearsals,
    snoozes,
    thread_replies,
)
from dutydesk.oncall.flows.events import PageAcknowledged, PageCalled, PageHeld, PageResolved
from dutydesk.oncall.flows.last_look import LastLook
from dutydesk.oncall.flows.page_calls import MentionSender
from dutydesk.oncall.flows.page_runbook import Runbooks
from dutydesk.oncall.rules.carriers import MENTION
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, HELD, REHEARSE, WORK
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled, can_deliver
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.ports.contact_methods import CONTACT_METHOD, Addresses, AddressOf
from dutydesk.ports.pager import EVENT, WHO, PagerEvents, PagerQueries


def health(at: datetime) -> Iterable[Check]:
    """Say whether PagerDuty is told of pages, if it is to be; the desk calls without it too."""
    if not can_deliver(EVENT):
        return
    because = pager_outbound.trouble(at=at)
    if not because:
        yield Check("pagerduty", True, "told of pages", vital=False)
        return
    says, public = f"It is not told: {because}.", "It is not told of all."
    remedy = "See to the settings of PagerDuty; the desk calls people by itself."
    yield Check("pagerduty", False, says, remedy, vital=False, public=public)


ROOM = Room(
    "oncall",
    urls="dutydesk.oncall.urls",
    actions=ACTIONS,
    reactors=(
        Reactor("page.hear", PersonPosted, thread_replies.hear),
        Reactor("page.left-team", EngineerStaying, escalation.left_team, escalation.has_left),
        Reactor("page.delivery-settled", MessageSettled, failover.settled, failover.concerns),
        Reactor("page.delivery-failing", MessageFailing, failover.failing, failover.concerns),
        *(
            Reactor("pagerduty.tell", event, pager_outbound.tell, pager_outbound.concerns)
            for event in (PageCalled, PageHeld, PageAcknowledged, PageResolved)
        ),
        Reactor(
            "pagerduty.settled",
            MessageSettled,
            pager_outbound.settled,
            pager_outbound.concerns_message,
        ),
        Reactor("pagerduty.follow", MessageSettled, pager_inbound.settled, pager_inbound.concerns),
    ),
    promises=(
        PromiseHandler(ACKNOWLEDGE, due=escalation.unanswered),
        PromiseHandler(HELD, due=escalation.waited_out),
        PromiseHandler(WORK, due=escalation.not_worked_on),
        PromiseHandler(REHEARSE, due=rehearsals.due),
    ),
    messages=(CONTACT_METHOD, MENTION, EVENT, WHO),
    senders={MENTION: MentionSender()},
    rounds={
        "pagerduty": pager_inbound.ask,
        "page.held": held_pages.look_after,
        "page.put-off": snoozes.look_after,
    },
    arrivals=(
        ArrivalHandler((pager_inbound.DOOR,), each(pager_inbound.take), put_aside=aside.tell_team),
    ),
    upkeep=(rehearsals.look_after,),
    takes={
        Addresses: contact_methods.JUDGE.connect,
        LastLook: last_look.LOOK.connect,
        Runbooks: page_runbook.FINDER.connect,
        PagerEvents: pager_inbound.LISTENER.connect,
        PagerQueries: pager_inbound.ASKER.connect,
    },
    gives={AddressOf: rows.released(contact_methods.address_of)},
    health=health,
)
