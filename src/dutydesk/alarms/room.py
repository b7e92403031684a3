"""Alarms: what monitoring tells, what is silenced, and what stays away."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.alarms.actions import ACTIONS
from dutydesk.alarms.flows import (
    alert_arrivals,
    alertmanager_sync,
    doubt,
    heartbeats,
    listeners,
    refused_keys,
    route_health,
    runbooks,
    staleness,
    takeover,
)
from dutydesk.alarms.flows import (
    silences as silencing,
)
from dutydesk.alarms.flows.process_changes import ProcessChanges
from dutydesk.alarms.flows.silences import SilenceEnded, SilenceExtended, SilenceLifted, SilenceMade
from dutydesk.alarms.rules.promises import AGAIN, DOUBT, HEARTBEAT, SILENCE
from dutydesk.kernel.addresses import beginning, path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.oncall.flows.last_look import LastLook
from dutydesk.oncall.flows.page_runbook import Runbooks
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.ports import silences
from dutydesk.ports.incidents import IncidentsOf


def health(at: datetime) -> Iterator[Check]:
    """Say whether pings are heard, and whether routes do what they say."""
    yield from listeners.health(at)
    yield from route_health.health(at)


ROOM = Room(
    "alarms",
    urls="dutydesk.alarms.urls",
    sections=(
        MenuSection(
            "Alarms",
            path_to("alarms"),
            30,
            (beginning("page"),),
            group="Respond",
            icon="bell",
            count="alarms",
            foot=True,
            parts=(
                MenuSection("Alarms", path_to("alarms")),
                MenuSection("Pages", path_to("pages")),
                MenuSection("Silences", path_to("silences")),
                MenuSection("Heartbeats", path_to("heartbeats"), access="engineer"),
                MenuSection("Keys", path_to("integration-keys"), access="administrator"),
                MenuSection("Explain", path_to("explain-alert")),
            ),
        ),
    ),
    actions=ACTIONS,
    reactors=(
        *(
            Reactor("silence.pass-on", event, alertmanager_sync.pass_on)
            for event in (SilenceMade, SilenceExtended, SilenceLifted, SilenceEnded)
        ),
        Reactor(
            "silence.settled",
            MessageSettled,
            alertmanager_sync.settled,
            alertmanager_sync.concerned,
        ),
        Reactor("alarm.looked-at", MessageSettled, staleness.settled, staleness.concerned),
    ),
    promises=(
        PromiseHandler(DOUBT, due=doubt.due),
        PromiseHandler(AGAIN, due=takeover.due),
        PromiseHandler(SILENCE, due=silencing.due, warned=alertmanager_sync.warned),
        PromiseHandler(HEARTBEAT, due=heartbeats.due),
    ),
    messages=(silences.SILENCE, silences.LOOK),
    takes={IncidentsOf: takeover.INCIDENTS.connect},
    gives={LastLook: silencing.quieted, Runbooks: runbooks.for_subjects},
    arrivals=(alert_arrivals.ALERTS,),
    health=health,
    rounds={
        "alarms.process": ProcessChanges().look_after,
        "alarms.refused": refused_keys.look_after,
        "alarms.stale": staleness.look_after,
    },
)
