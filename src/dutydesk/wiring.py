"""The only place that chooses: which clock, which adapters, and what reacts to what."""

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from dutydesk.adapters.alertmanager.courier import AlertmanagerCourier
from dutydesk.adapters.apprise.mail import MailCourier
from dutydesk.adapters.apprise.services import AppriseAddresses
from dutydesk.adapters.apprise.way import WayCourier
from dutydesk.adapters.clock import RehearsalClock, SystemClock
from dutydesk.adapters.github.account import Account as GitHubAccount
from dutydesk.adapters.maintenance_command.courier import CommandCourier, read_commands
from dutydesk.adapters.maintenance_webhook.courier import WebhookCourier
from dutydesk.adapters.pagerduty.client import Account
from dutydesk.adapters.pagerduty.events import EventCourier
from dutydesk.adapters.pagerduty.hearing import Incidents, Webhooks, WhoCourier
from dutydesk.adapters.pagerduty.schedules import OverrideCourier, PagerDutySchedules
from dutydesk.adapters.slack.app import Account as SlackAccount
from dutydesk.adapters.slack.app import Slack
from dutydesk.adapters.slack.door import SlackDoor
from dutydesk.adapters.slack.keeping import Keeping, read_groups
from dutydesk.adapters.slack.manifest import manifest
from dutydesk.alarms import chat as alarms_chat
from dutydesk.alarms.flows import doubt, heartbeats, passing, silencing, staleness, takeover
from dutydesk.alarms.flows.facts import AlarmWorsened
from dutydesk.alarms.flows.silencing import (
    SilenceEnded,
    SilenceExtended,
    SilenceLifted,
    SilenceMade,
)
from dutydesk.chat import chat as posts_chat
from dutydesk.chat.flows import hearing as chat_outside
from dutydesk.chat.flows import mirroring
from dutydesk.chat.flows.posting import (
    PersonEdited,
    PersonMarked,
    PersonPosted,
    PersonRemoved,
)
from dutydesk.commitments.flows import (
    CommitmentChased,
    CommitmentDue,
    CommitmentFact,
    CommitmentWarned,
)
from dutydesk.desk.chat import answers as answers_chat
from dutydesk.desk.chat import questions as questions_chat
from dutydesk.desk.chat import tickets as tickets_chat
from dutydesk.desk.flows import answering, asking, offering, recording
from dutydesk.desk.flows import following as tracker
from dutydesk.desk.flows import timing as questions
from dutydesk.desk.flows.facts import QuestionAsked
from dutydesk.errands import flows as errands
from dutydesk.errands.flows import ErrandFailing, ErrandSettled
from dutydesk.incidents.chat import limits as limits_chat
from dutydesk.incidents.chat import maintenance as maintenance_chat
from dutydesk.incidents.chat import running as incidents_chat
from dutydesk.incidents.flows import alarm_news, switching
from dutydesk.incidents.flows import timing as incidents
from dutydesk.incidents.flows.maintaining import MaintenanceSwitched
from dutydesk.incidents.flows.resolving import IncidentResolved
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.facts import Fact
from dutydesk.oncall import chat as oncall_chat
from dutydesk.oncall.flows import falling, following, hearing, pushing, rehearsing, ways
from dutydesk.oncall.flows import paging as oncall
from dutydesk.oncall.flows.calling import MentionCourier
from dutydesk.oncall.flows.facts import PageAcknowledged, PageCalled, PageResolved
from dutydesk.people import flows as people
from dutydesk.people.flows import attempts
from dutydesk.ports.clock import Clock
from dutydesk.ports.rota import Schedules
from dutydesk.postmortems import chat as postmortems_chat
from dutydesk.postmortems import flows as postmortems
from dutydesk.rota import chat as rota_chat
from dutydesk.rota.flows import outside, swapping
from dutydesk.site.home import home, secret, secret_text

logger = logging.getLogger(__name__)

REACTIONS: dict[type[Fact], tuple[journal.Reactor, ...]] = {
    SilenceMade: (passing.pass_on,),
    SilenceExtended: (passing.pass_on,),
    SilenceLifted: (passing.pass_on,),
    SilenceEnded: (passing.pass_on,),
    PersonPosted: (asking.hear, hearing.hear),
    PersonEdited: (asking.edited, recording.edited),
    PersonRemoved: (asking.removed,),
    PersonMarked: (answering.marked, recording.marked),
    QuestionAsked: (offering.offer,),
    AlarmWorsened: (alarm_news.tell_lead,),
    IncidentResolved: (postmortems.open_draft,),
    MaintenanceSwitched: (switching.switch,),
}
# Who reacts to a commitment's time, by the first words of its kind.
PROMISES: dict[str, dict[type[CommitmentFact], journal.Reactor]] = {
    "page": {CommitmentDue: oncall.due},
    "alarm.doubt": {CommitmentDue: doubt.due},
    "alarm.again": {CommitmentDue: takeover.due},
    "oncall": {CommitmentDue: rehearsing.due},
    "question": {CommitmentDue: questions.due},
    "silence": {CommitmentWarned: passing.warned, CommitmentDue: silencing.due},
    "incident": {
        CommitmentWarned: incidents.warned,
        CommitmentDue: incidents.due,
        CommitmentChased: incidents.chased,
    },
    "heartbeat": {CommitmentDue: heartbeats.due},
    "rota": {CommitmentWarned: swapping.warned, CommitmentDue: swapping.due},
}

ACTIONS = Actions()
ACTIONS.offer(
    *oncall_chat.ACTIONS,
    *alarms_chat.ACTIONS,
    *posts_chat.ACTIONS,
    *questions_chat.ACTIONS,
    *answers_chat.ACTIONS,
    *tickets_chat.ACTIONS,
    *incidents_chat.ACTIONS,
    *limits_chat.ACTIONS,
    *maintenance_chat.ACTIONS,
    *postmortems_chat.ACTIONS,
    *rota_chat.ACTIONS,
)


# What a worker does every half minute beside its jobs, each in a thread of its own.
ROUNDS: dict[str, Callable[..., None]] = {"people.attempts": attempts.forget}

# What a worker looks for several times a second, each in a thread of its own.
OFTEN: dict[str, Callable[[], object]] = {}

REHEARSAL = bool(os.environ.get("DUTYDESK_REHEARSAL"))


def choose_clock() -> Clock:
    """Give the desk's clock: the machine's, or one that can be moved forward in a rehearsal."""
    if REHEARSAL:
        return RehearsalClock(home() / "rehearsal")
    return SystemClock()


clock = choose_clock()


def move_clock(by: timedelta) -> datetime | None:
    """Move a rehearsal's clock on and give its new present; None if this is no rehearsal."""
    return clock.forward(by) if isinstance(clock, RehearsalClock) else None


def _is_of(word: str, fact: CommitmentFact) -> bool:
    return f"{fact.sort}.".startswith(f"{word}.")


def connect() -> None:
    """Let the rooms hear of each other. Once in each process."""
    for fact, reactors in REACTIONS.items():
        for reactor in reactors:
            journal.react(fact, reactor)
    for word, reactions in PROMISES.items():
        for told, reactor in reactions.items():
            journal.react(told, reactor, partial(_is_of, word))
    journal.react(ErrandSettled, passing.settled, passing.concerned)
    journal.react(ErrandSettled, staleness.settled, staleness.concerned)
    journal.react(ErrandSettled, falling.settled, falling.concerns)
    journal.react(ErrandFailing, falling.failing, falling.concerns)
    journal.react(ErrandSettled, switching.settled, switching.concerns)
    journal.react(ErrandFailing, switching.failing, switching.concerns)
    ways.check_with(AppriseAddresses())
    deliver()
    connect_pagerduty(pagerduty_account(), pagerduty_schedules())
    connect_slack()
    connect_github(github_account())


def deliver() -> None:
    """Choose who delivers each kind of errand, by the settings."""
    mail = os.environ.get("DUTYDESK_MAIL_URL", "")
    if mail:
        errands.deliver_with("email", MailCourier(mail))
    inside = os.environ.get("DUTYDESK_WAY_HOSTS", "").replace(",", " ").split()
    errands.deliver_with("way", WayCourier(ways.address_of, inside))
    errands.deliver_with("mention", MentionCourier())
    alertmanager = os.environ.get("DUTYDESK_ALERTMANAGER_URL", "")
    if alertmanager:
        courier = AlertmanagerCourier(
            alertmanager,
            auth=os.environ.get("DUTYDESK_ALERTMANAGER_AUTH", ""),
            auth_file=os.environ.get("DUTYDESK_ALERTMANAGER_AUTH_FILE", ""),
        )
        errands.deliver_with(passing.KIND, courier)
        errands.deliver_with(passing.LOOK, courier)
        ROUNDS["alarms.stale"] = staleness.look_after
    webhooks = WebhookCourier(people.webhook_of, inside)
    errands.deliver_with(switching.WEBHOOK, webhooks, latest_only=True)
    for slug, path in _commands().items():
        errands.deliver_with(switching.command(slug), CommandCourier(path), latest_only=True)


def _commands() -> dict[str, Path]:
    """Give the executables that the operator named; a setting that can't be read is logged."""
    try:
        return read_commands(os.environ.get("DUTYDESK_MAINTENANCE_COMMANDS", ""))
    except ValueError as error:
        logger.error("DUTYDESK_MAINTENANCE_COMMANDS is left aside: %s", error)
        return {}


def pagerduty_account() -> Account:
    """Give where PagerDuty is and what opens it, as it is set; empty if it is not."""

    def where(name: str, usual: str) -> str:
        return os.environ.get(f"DUTYDESK_PAGERDUTY_{name}", "").rstrip("/") or usual

    return Account(
        routing_key=secret("DUTYDESK_PAGERDUTY_ROUTING_KEY"),
        api_key=secret("DUTYDESK_PAGERDUTY_API_KEY"),
        webhook_secret=secret("DUTYDESK_PAGERDUTY_WEBHOOK_SECRET"),
        events_url=where("EVENTS_URL", Account.events_url),
        api_url=where("API_URL", Account.api_url),
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


def connect_pagerduty(account: Account, schedules: dict[str, str]) -> None:
    """Tell PagerDuty of pages and follow it there, as far as it is set up."""
    if account.routing_key:
        errands.deliver_with(pushing.KIND, EventCourier(account))
        for fact in (PageCalled, PageAcknowledged, PageResolved):
            journal.react(fact, pushing.tell, pushing.concerns)
        journal.react(ErrandSettled, pushing.settled, pushing.concerns_errand)
    errands.deliver_with(following.KIND, WhoCourier(account))
    journal.react(ErrandSettled, following.settled, following.concerns)
    if account.webhook_secret:
        following.listen_with(Webhooks(account.webhook_secret))
    if account.routing_key and account.api_key:
        ROUNDS["pagerduty"] = partial(following.look_after, asker=Incidents(account))
    if account.api_key and schedules:
        errands.deliver_with(outside.KIND, OverrideCourier(account, schedules))


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
        post_at=mirroring.post_at,
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
        ROUNDS["slack.received"] = chat_outside.forget
        ROUNDS.update(found.rounds())
        mirroring.mirror_to("slack")
        OFTEN["slack.speaking"] = partial(
            mirroring.say_what_is_owed, mouth=found.speaking, now=clock.now
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
    journal.react(ErrandSettled, tracker.settled, tracker.concerns)
    if account.given or account.webhook_secret:
        ROUNDS.update(import_module("dutydesk.adapters.github.app").connect(account))
