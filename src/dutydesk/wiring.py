"""The only place that chooses: which clock, which adapters, and what reacts to what."""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from dutydesk.adapters.alertmanager.sender import AlertmanagerSender
from dutydesk.adapters.apprise.contact_method import ContactMethodSender
from dutydesk.adapters.apprise.mail import MailSender
from dutydesk.adapters.apprise.services import AppriseAddresses
from dutydesk.adapters.clock import RehearsalClock, SystemClock
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.maintenance_command.sender import CommandSender, read_commands
from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.adapters.pagerduty.client import PagerDutyAccount
from dutydesk.adapters.pagerduty.events import EventSender
from dutydesk.adapters.pagerduty.incidents import PagerDutyIncidents, PagerDutyWebhooks, WhoSender
from dutydesk.adapters.pagerduty.schedules import OverrideSender, PagerDutySchedules
from dutydesk.alarms import actions
from dutydesk.alarms.flows import (
    alertmanager_sync,
    doubt,
    heartbeats,
    silences,
    staleness,
    takeover,
)
from dutydesk.alarms.flows.events import AlarmWorsened
from dutydesk.alarms.flows.silences import SilenceEnded, SilenceExtended, SilenceLifted, SilenceMade
from dutydesk.chat import actions as posts_chat
from dutydesk.chat.flows import inbound_events, post_mirror
from dutydesk.chat.flows.people_posts import PersonEdited, PersonMarked, PersonPosted, PersonRemoved
from dutydesk.commitments.flows.commitments import (
    CommitmentChased,
    CommitmentDue,
    CommitmentEvent,
    CommitmentWarned,
)
from dutydesk.data_folder import home, secret, secret_text
from dutydesk.database import rows
from dutydesk.desk.actions import answers, questions, tickets
from dutydesk.desk.flows import (
    ownership,
    question_intake,
    question_timers,
    suggestions,
    ticket_record,
    tracker_inbound,
)
from dutydesk.desk.flows.events import QuestionAsked
from dutydesk.incidents.actions import lifecycle, limits, maintenance
from dutydesk.incidents.flows import alarm_news, maintenance_hooks, timers
from dutydesk.incidents.flows.maintenance_mode import MaintenanceSwitched
from dutydesk.incidents.flows.resolution import IncidentResolved
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.events import Event
from dutydesk.oncall import actions as oncall_chat
from dutydesk.oncall.flows import (
    contact_methods,
    escalation,
    failover,
    pager_inbound,
    pager_outbound,
    rehearsals,
    thread_replies,
)
from dutydesk.oncall.flows.events import PageAcknowledged, PageCalled, PageResolved
from dutydesk.oncall.flows.page_calls import MentionSender
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.people.flows import attempts, people
from dutydesk.ports.clock import TimeSource
from dutydesk.ports.rota import Schedules
from dutydesk.postmortems import actions as postmortems_chat
from dutydesk.postmortems.flows import postmortems
from dutydesk.rota import actions as rota_chat
from dutydesk.rota.flows import external_rotas, swaps
from dutydesk.slack.app import Slack, SlackAccount
from dutydesk.slack.door import SlackDoor
from dutydesk.slack.manifest import manifest
from dutydesk.slack.usergroups import Keeping, read_groups

logger = logging.getLogger(__name__)

REACTIONS: dict[type[Event], tuple[journal.Reactor, ...]] = {
    SilenceMade: (alertmanager_sync.pass_on,),
    SilenceExtended: (alertmanager_sync.pass_on,),
    SilenceLifted: (alertmanager_sync.pass_on,),
    SilenceEnded: (alertmanager_sync.pass_on,),
    PersonPosted: (question_intake.hear, thread_replies.hear),
    PersonEdited: (question_intake.edited, ticket_record.edited),
    PersonRemoved: (question_intake.removed,),
    PersonMarked: (ownership.marked, ticket_record.marked),
    QuestionAsked: (suggestions.offer,),
    AlarmWorsened: (alarm_news.tell_lead,),
    IncidentResolved: (postmortems.open_draft,),
    MaintenanceSwitched: (maintenance_hooks.switch,),
}
# Who reacts to a commitment's time, by the first words of its kind.
PROMISES: dict[str, dict[type[CommitmentEvent], journal.Reactor]] = {
    "page": {CommitmentDue: escalation.due},
    "alarm.doubt": {CommitmentDue: doubt.due},
    "alarm.again": {CommitmentDue: takeover.due},
    "oncall": {CommitmentDue: rehearsals.due},
    "question": {CommitmentDue: question_timers.due},
    "silence": {CommitmentWarned: alertmanager_sync.warned, CommitmentDue: silences.due},
    "incident": {
        CommitmentWarned: timers.warned,
        CommitmentDue: timers.due,
        CommitmentChased: timers.chased,
    },
    "heartbeat": {CommitmentDue: heartbeats.due},
    "rota": {CommitmentWarned: swaps.warned, CommitmentDue: swaps.due},
}

ACTIONS = Actions()
ACTIONS.offer(
    *oncall_chat.ACTIONS,
    *actions.ACTIONS,
    *posts_chat.ACTIONS,
    *questions.ACTIONS,
    *answers.ACTIONS,
    *tickets.ACTIONS,
    *lifecycle.ACTIONS,
    *limits.ACTIONS,
    *maintenance.ACTIONS,
    *postmortems_chat.ACTIONS,
    *rota_chat.ACTIONS,
)


# What a worker does every half minute beside its jobs, each in a thread of its own.
ROUNDS: dict[str, Callable[..., None]] = {"people.attempts": attempts.forget}

# What a worker looks for several times a second, each in a thread of its own.
OFTEN: dict[str, Callable[[], object]] = {}

REHEARSAL = bool(os.environ.get("DUTYDESK_REHEARSAL"))


def choose_clock() -> TimeSource:
    """Give the desk's clock: the machine's, or one that can be moved forward in a rehearsal."""
    if REHEARSAL:
        return RehearsalClock(home() / "rehearsal")
    return SystemClock()


clock = choose_clock()


def move_clock(by: timedelta) -> datetime | None:
    """Move a rehearsal's clock on and give its new present; None if this is no rehearsal."""
    return clock.forward(by) if isinstance(clock, RehearsalClock) else None


def _is_of(word: str, event: CommitmentEvent) -> bool:
    return f"{event.sort}.".startswith(f"{word}.")


def connect() -> None:
    """Let the rooms hear of each other. Once in each process."""
    for event, reactors in REACTIONS.items():
        for reactor in reactors:
            journal.subscribe(event, reactor)
    for word, reactions in PROMISES.items():
        for told, reactor in reactions.items():
            journal.subscribe(told, reactor, partial(_is_of, word))
    journal.subscribe(MessageSettled, alertmanager_sync.settled, alertmanager_sync.concerned)
    journal.subscribe(MessageSettled, staleness.settled, staleness.concerned)
    journal.subscribe(MessageSettled, failover.settled, failover.concerns)
    journal.subscribe(MessageFailing, failover.failing, failover.concerns)
    journal.subscribe(MessageSettled, maintenance_hooks.settled, maintenance_hooks.concerns)
    journal.subscribe(MessageFailing, maintenance_hooks.failing, maintenance_hooks.concerns)
    contact_methods.check_with(AppriseAddresses())
    deliver()
    connect_pagerduty(pagerduty_account(), pagerduty_schedules())
    connect_slack()
    connect_github(github_account())


def deliver() -> None:
    """Choose who delivers each kind of outbox message, by the settings."""
    mail = os.environ.get("DUTYDESK_MAIL_URL", "")
    if mail:
        outbox.deliver_with("email", MailSender(mail))
    inside = os.environ.get("DUTYDESK_WAY_HOSTS", "").replace(",", " ").split()
    outbox.deliver_with(
        "way", ContactMethodSender(rows.released(contact_methods.address_of), inside)
    )
    outbox.deliver_with("mention", MentionSender())
    alertmanager = os.environ.get("DUTYDESK_ALERTMANAGER_URL", "")
    if alertmanager:
        sender = AlertmanagerSender(
            alertmanager,
            auth=os.environ.get("DUTYDESK_ALERTMANAGER_AUTH", ""),
            auth_file=os.environ.get("DUTYDESK_ALERTMANAGER_AUTH_FILE", ""),
        )
        outbox.deliver_with(alertmanager_sync.KIND, sender)
        outbox.deliver_with(alertmanager_sync.LOOK, sender)
        ROUNDS["alarms.stale"] = staleness.look_after
    webhooks = WebhookSender(rows.released(people.webhook_of), inside)
    outbox.deliver_with(maintenance_hooks.WEBHOOK, webhooks, latest_only=True)
    for slug, path in _commands().items():
        outbox.deliver_with(maintenance_hooks.command(slug), CommandSender(path), latest_only=True)


def _commands() -> dict[str, Path]:
    """Give the executables that the operator named; a setting that can't be read is logged."""
    try:
        return read_commands(os.environ.get("DUTYDESK_MAINTENANCE_COMMANDS", ""))
    except ValueError as error:
        logger.error("DUTYDESK_MAINTENANCE_COMMANDS is left aside: %s", error)
        return {}


def pagerduty_account() -> PagerDutyAccount:
    """Give where PagerDuty is and what opens it, as it is set; empty if it is not."""

    def where(name: str, usual: str) -> str:
        return os.environ.get(f"DUTYDESK_PAGERDUTY_{name}", "").rstrip("/") or usual

    return PagerDutyAccount(
        routing_key=secret("DUTYDESK_PAGERDUTY_ROUTING_KEY"),
        api_key=secret("DUTYDESK_PAGERDUTY_API_KEY"),
        webhook_secret=secret("DUTYDESK_PAGERDUTY_WEBHOOK_SECRET"),
        events_url=where("EVENTS_URL", PagerDutyAccount.events_url),
        api_url=where("API_URL", PagerDutyAccount.api_url),
    )


def pagerduty_schedules() -> dict[str, str]:
    """Give the number of each duty's schedule there: `primary=PI7DH85,secondary=PJ1GD2X`."""
    given = os.environ.get("DUTYDESK_PAGERDUTY_SCHEDULES", "").split(",")
    pairs = (one.partition("=") for one in given)
    return {duty.strip(): number.strip() for duty, _, number in pairs if number.strip()}


def schedules_there() -> Schedules | None:
    """Give PagerDuty's schedules; None if they are not set up."""
    account, schedules = pagerduty_account(), pagerduty_schedules()
    return PagerDutySchedules(account, schedules) if account.api_key and schedules else None


def connect_pagerduty(account: PagerDutyAccount, schedules: dict[str, str]) -> None:
    """Tell PagerDuty of pages and follow it there, as far as it is set up."""
    if account.routing_key:
        outbox.deliver_with(pager_outbound.KIND, EventSender(account))
        for event in (PageCalled, PageAcknowledged, PageResolved):
            journal.subscribe(event, pager_outbound.tell, pager_outbound.concerns)
        journal.subscribe(MessageSettled, pager_outbound.settled, pager_outbound.concerns_message)
    outbox.deliver_with(pager_inbound.KIND, WhoSender(account))
    journal.subscribe(MessageSettled, pager_inbound.settled, pager_inbound.concerns)
    if account.webhook_secret:
        pager_inbound.listen_with(PagerDutyWebhooks(account.webhook_secret))
    if account.routing_key and account.api_key:
        ROUNDS["pagerduty"] = partial(pager_inbound.look_after, asker=PagerDutyIncidents(account))
    if account.api_key and schedules:
        outbox.deliver_with(external_rotas.KIND, OverrideSender(account, schedules))


def slack_account() -> SlackAccount:
    """Give where Slack is and what opens it, as it is set; empty if it is not."""
    return SlackAccount(
        bot_token=secret("DUTYDESK_SLACK_BOT_TOKEN"),
        signing_secret=secret("DUTYDESK_SLACK_SIGNING_SECRET"),
        app_token=secret("DUTYDESK_SLACK_APP_TOKEN"),
        url=os.environ.get("DUTYDESK_SLACK_API_URL", "") or SlackAccount.url,
        keeping=Keeping(_slack_groups(), os.environ.get("DUTYDESK_SLACK_TOPIC", "")),
    )


def _slack_groups() -> dict[str, str]:
    """Give the user groups that the operator named; a setting that can't be read is logged."""
    try:
        return read_groups(os.environ.get("DUTYDESK_SLACK_GROUPS", ""))
    except ValueError as error:
        logger.error("DUTYDESK_SLACK_GROUPS is left aside: %s", error)
        return {}


@cache
def slack() -> Slack | None:
    """Give Slack as it is set up; None if it is not."""
    account = slack_account()
    if not account.bot_token:
        return None
    return Slack(
        account,
        ACTIONS,
        now=clock.now,
        real_now=SystemClock().now,
        link=lambda path: os.environ.get("DUTYDESK_URL", "").rstrip("/") + path,
        post_at=post_mirror.post_at,
    )


def slack_manifest(address: str, socket: bool) -> dict[str, Any]:
    """Give the manifest of the app in Slack, for what the rooms can do."""
    return manifest(address=address, socket=socket, actions=ACTIONS.names())


def slack_doors() -> Mapping[str, SlackDoor]:
    """Give the doors at which Slack posts; none if it is not set up."""
    found = slack()
    return found.doors() if found else {}


def connect_slack() -> None:
    """Hear what people do in Slack and answer them there, if it is set up."""
    found = slack()
    if found is not None:
        found.connect()
        ROUNDS["slack.received"] = inbound_events.forget
        ROUNDS.update(found.rounds())
        post_mirror.mirror_to("slack")
        OFTEN["slack.speaking"] = partial(
            post_mirror.say_what_is_owed, mouth=found.speaking, now=clock.now
        )


def github_account() -> GitHubAccount:
    """Give where GitHub is and what opens it, as it is set; empty if it is not."""
    return GitHubAccount(
        token=secret("DUTYDESK_GITHUB_TOKEN"),
        app=os.environ.get("DUTYDESK_GITHUB_APP", "").strip(),
        private_key=secret_text("DUTYDESK_GITHUB_PRIVATE_KEY_FILE"),
        webhook_secret=secret("DUTYDESK_GITHUB_WEBHOOK_SECRET"),
        api_url=os.environ.get("DUTYDESK_GITHUB_API_URL", "").strip() or GitHubAccount.api_url,
    )


def connect_github(account: GitHubAccount) -> None:
    """Keep tickets on GitHub, as far as it is set up; else its client, 30 MiB, is not loaded."""
    journal.subscribe(MessageSettled, tracker_inbound.settled, tracker_inbound.concerns)
    if account.given or account.webhook_secret:
        ROUNDS.update(import_module("dutydesk.adapters.github.app").connect(account))
