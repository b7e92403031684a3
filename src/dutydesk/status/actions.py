"""Subscribing channels to the status page, and ending that; and removing subscribers."""

from datetime import datetime

from dutydesk.chat.models import Channel
from dutydesk.kernel.actions import Action, ActionRequest, ActionResult, Person
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.subjects import number_of
from dutydesk.people.models import Service
from dutydesk.status.flows import channel_subscriptions, subscriptions
from dutydesk.status.words import post


def _subscribe_form(about: str, by: Person, at: datetime) -> Form:
    named = Channel.objects.get(pk=number_of(about, "channel")) if about != "new" else None
    services = Service.objects.filter(user_facing=True)
    which = Field(
        "services",
        "Of which services?",
        "choices",
        required=False,
        options=tuple((str(one.pk), one.name) for one in services),
        hint="Of all, if you choose none.",
    )
    there = tuple((str(one.pk), one.name) for one in channel_subscriptions.open_to_all())
    channel = Field("channel", "Which channel?", "choice", options=there)
    return Form(
        title=f"Subscribe {named or 'a channel'} to the status page",
        submit="Subscribe it",
        fields=(which,) if named else (channel, which),
        note="Whatever users are told about these services is said there too.",
    )


def _subscribe(press: ActionRequest) -> ActionResult:
    channel = (
        press.answers.number("channel")
        if press.about == "new"
        else number_of(press.about, "channel")
    )
    made = channel_subscriptions.subscribe(
        channel=channel,
        services=[int(one) for one in press.answers.chosen("services")],
        by=press.by,
        at=press.at,
    )
    return ActionResult(f"{made.channel} is told from now on.", f"channel:{made.channel_id}")


def _end(press: ActionRequest) -> ActionResult:
    ended = channel_subscriptions.end(
        subscription=number_of(press.about, "channel-subscription"), by=press.by, at=press.at
    )
    return ActionResult(f"{ended.channel} is told no more.", f"channel:{ended.channel_id}")


def _remove_form(about: str, by: Person, at: datetime) -> Form:
    found = subscriptions.subscription(number_of(about, "subscription"))
    return Form(
        title=f"Remove {found.email}?",
        submit="Forget this address",
        note="It hears of nothing more, and is not told that. It can subscribe again.",
    )


def _remove(press: ActionRequest) -> ActionResult:
    number = number_of(press.about, "subscription")
    subscriptions.remove(subscription=number, by=press.by, at=press.at)
    return ActionResult("The address is forgotten.", press.about)


ACTIONS = (
    Action(post.ACTION, "anyone", _subscribe, _subscribe_form),
    Action(post.END, "anyone", _end),
    Action("status.remove", "engineer", _remove, _remove_form),
)
