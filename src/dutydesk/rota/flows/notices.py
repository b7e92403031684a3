"""Telling one person, or the whole team."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.kernel.messages import Message
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


def tell(engineer: Engineer | None, message: Message, *, key: str, at: datetime) -> None:
    """Tell one person, by chat and e-mail where they have them; None is everybody on the team."""
    current = process.in_force()
    channel = current.team.channel
    if engineer is None:
        desk_posts.say(key=f"{key}:all", channel=channel, message=message, at=at)
        return
    if engineer.account is not None:
        desk_posts.say(
            key=f"{key}:{engineer.pk}",
            channel=channel,
            message=message,
            at=at,
            only_for=engineer.account.pk,
        )
    if outbox.can_deliver(MAIL):
        payload = {
            "to": engineer.email,
            "subject": message.title,
            "body": message.body + "".join(f"\n\n{k}: {v}" for k, v in message.facts) + "\n",
            "what": f"The e-mail to {engineer.name}: {message.title}",
        }
        outbox.enqueue(
            key=f"{key}:{engineer.pk}", kind=MAIL, subject="rota", payload=payload, at=at
        )
