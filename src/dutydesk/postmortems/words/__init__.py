"""What those who are invited to a session read."""

from zoneinfo import ZoneInfo

from dutydesk.kernel.messages import Button, Message
from dutydesk.kernel.moments import span
from dutydesk.kernel.periods import Period


def invited(
    *, title: str, about: str, period: Period, names: str, by: str, again: bool, zone: ZoneInfo
) -> Message:
    """Say to somebody that they are invited to a session, or that it was moved."""
    says = "was moved" if again else "is planned"
    return Message(
        f"The postmortem session about “{title}” {says}. It looks at what contributed and what to "
        "improve, not at people.",
        title=f"Postmortem session: {title}",
        facts=(("When", span(period, zone)), ("With", names), ("Planned by", by)),
        buttons=(Button("postmortem.invite", about, "Move it"),),
    )


def called_off(*, title: str, period: Period, by: str, zone: ZoneInfo) -> Message:
    """Say to somebody that a session to which they were invited does not take place for them."""
    return Message(
        f"The postmortem session about “{title}” on {span(period, zone)} is off for you ({by}).",
        title=f"Called off: postmortem session: {title}",
    )


def letter(said: Message, link: str) -> str:
    """Give a message as the text of an e-mail."""
    facts = "".join(f"\n{name}: {value}" for name, value in said.facts)
    return f"{said.body}\n{facts}\n\n{link}\n"
