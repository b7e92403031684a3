"""What is said of who does what in an incident, and to those who are asked to join."""

from collections.abc import Sequence

from dutydesk.kernel.messages import Button, Message

NEWS = "Who does what"
"""What stands above what changed in that."""


def listed(names: Sequence[str]) -> str:
    """Name people as a sentence does: “Ada, Ben and Cy”; “nobody” for none."""
    if not names:
        return "nobody"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def leads(*, name: str, before: str, by: str) -> str:
    """Say that somebody leads now, after whom, and who gave it to them."""
    instead = f" instead of {before}" if before else ""
    given = "" if by == name else f", asked by {by}"
    return f"{name} leads{instead}{given}"


def leads_no_more(*, name: str, why: str = "") -> str:
    """Say that somebody gave the lead up, and that nobody has it."""
    return f"{name} doesn't lead any more{why}; nobody does"


def has_role(*, name: str, role: str, before: str, by: str) -> str:
    """Say that somebody has a role now, after whom, and who gave it to them."""
    instead = f", instead of {before}" if before else ""
    given = "" if by == name else f", asked by {by}"
    return f"{name} takes {role}{instead}{given}"


def left_role(*, name: str, role: str, why: str = "") -> str:
    """Say that somebody gave a role up, and that nobody has it."""
    return f"{name} gives {role} back{why}; nobody has it"


def joined(name: str) -> str:
    """Say that somebody joined."""
    return f"{name} joins"


def left(name: str) -> str:
    """Say that somebody left."""
    return f"{name} leaves"


def declined(name: str) -> str:
    """Say that somebody who was asked can't join."""
    return f"{name} can't join"


def moved(*, name: str, due: str) -> str:
    """Say whose the next update is from now on."""
    return f"The next update, due {due}, is {name}'s from now on."


def news(*, about: str, text: str, more: str = "", title: str = NEWS) -> Message:
    """Say in the incident's thread what changed in who does what."""
    body = f"{text}. {more}".strip()
    buttons = (Button("incident.show", about, "See the incident"),)
    return Message(body, title=title, buttons=buttons, tone="plain")


def call_on(*, by: str, reason: str, called: Sequence[str], written: Sequence[str]) -> str:
    """Say whom somebody asked to join, how they are reached, and what for."""
    asked = [
        f"{listed(names)} {how}"
        for names, how in ((called, "by their contact methods"), (written, "in writing"))
        if names
    ]
    return f"{by} calls on {' and '.join(asked)}: {reason}"


def asked(*, about: str, title: str, by: str, name: str, reason: str) -> Message:
    """Ask one person to join, with the buttons that answer."""
    return Message(
        body=f"{name}, {by} asks for you: {reason}",
        title=f"Can you join? {title}",
        buttons=(
            Button("incident.join", about, "I'm joining", primary=True),
            Button("incident.decline", about, "I can't"),
            Button("incident.show", about, "See the incident"),
        ),
        tone="high",
    )


def answered(*, about: str, title: str, says: str) -> Message:
    """Say in the same place what was answered."""
    buttons = (Button("incident.show", about, "See the incident"),)
    return Message(f"{says}.", title=f"Answered: {title}", buttons=buttons, tone="kept")


def asked_by_message(*, name: str, by: str, title: str, reason: str, link: str) -> tuple[str, str]:
    """Give the subject and body of a message that asks one person to join."""
    body = (
        f"{name}, {by} asks for you in the incident “{title}”: {reason}\n\n"
        f"Say whether you join: {link}"
    )
    return f"Can you join? {title}"[:150], body


def has_joined(name: str) -> str:
    """Say that somebody who was asked as well has joined."""
    return f"{name} has joined"


def goes_on_in(title: str) -> str:
    """Say in which incident this one goes on, where somebody is asked or in it already."""
    return f"It goes on as “{title}”"


def not_needed(why: str) -> str:
    """Say to whoever has not answered that nobody waits for them, and why."""
    return f"{why}: you are no longer needed"


def not_needed_title(title: str) -> str:
    """Give the subject of the message that says so."""
    return f"No longer needed: {title}"[:150]


def called_again(names: Sequence[str], within: str) -> str:
    """Say who did not answer in time, and is called again."""
    return f"No answer within {within}: {listed(names)} called again"


def nobody_answered(names: Sequence[str], reason: str) -> str:
    """Say who was called twice and has not answered, and what for."""
    return (
        f"{listed(names)} {'has' if len(names) == 1 else 'have'} not answered, called twice, for: "
        f"{reason} Call on others, or go on without them."
    )


def told_of(name: str, names: Sequence[str]) -> str:
    """Say who was told that these have not answered."""
    return f"{name} is told that {listed(names)} did not answer"


def unanswered(*, about: str, title: str, text: str) -> Message:
    """Tell whoever owes the updates that those who were called on have not answered."""
    return Message(
        body=text,
        title=f"No answer: {title}",
        buttons=(
            Button("incident.call-on", about, "Call on others", primary=True),
            Button("incident.show", about, "See the incident"),
        ),
        tone="high",
    )


def gather_skipped(*, title: str, by: str, reason: str, following: str) -> Message:
    """Say in the call's place that there was no gathering, why, and when the next is."""
    body = f"{by} says that it is left out this time, because: {reason}"
    return Message(body, title=f"No gathering: {title}", facts=(("Next", following),), tone="kept")


def escalated(*, about: str, text: str, late: str, name: str, kind: str, label: str) -> Message:
    """Tell the next in order that something is late and whoever owes it hasn't moved."""
    owes = f"{late} owes it" if late else "Nobody owes it just now"
    return Message(
        body=f"{name}: {text} {owes}. Please see to it, or take it on.",
        title="Late, and nobody moved",
        buttons=(
            Button(kind, about, label, primary=True),
            Button("incident.show", about, "See the incident"),
        ),
        tone="high",
    )


def hand_over(*, about: str, title: str, name: str, role: str, to: str, due: str) -> Message:
    """Ask whoever has a role, and whose turn is over, to hand it over; `to` has it else."""
    otherwise = f"Otherwise it is {to}'s from {due} on." if to else "Nobody is on who takes it on."
    return Message(
        body=f"{name}, your turn is over, and you have {role}. Hand it over, or say that you go "
        f"on. {otherwise}",
        title=f"Hand over? {title}",
        buttons=(
            Button("incident.give-role", about, "Give it to somebody", primary=True),
            Button("incident.keep-role", about, "I go on"),
            Button("incident.show", about, "See the incident"),
        ),
        tone="soon",
    )


def still_yours(*, about: str, title: str, name: str, lead: bool, roles: Sequence[str]) -> Message:
    """Say to somebody whose turn is over what they have in an incident, and that it stays so."""
    have = " and ".join([*(["the lead"] if lead else []), *roles])
    given = [Button("incident.give-lead", about, "Give the lead to somebody")] if lead else []
    given += [Button("incident.give-role", about, "Give a role to somebody")] if roles else []
    return Message(
        body=f"{name}, your turn is over, and you have {have}. It stays yours until you give it "
        "to somebody.",
        title=f"Still yours? {title}",
        buttons=(*given, Button("incident.show", about, "See the incident")),
        tone="soon",
    )


def goes_on(name: str, role: str) -> str:
    """Say that somebody keeps a role though their turn is over."""
    return f"{name} goes on with {role} after their turn"


def named(*, name: str, duty: str, role: str, before: str) -> str:
    """Say that whoever is on has a role now, which nobody handed over."""
    return f"{name}, {duty}, has {role} now: {before}'s turn is over, and nobody handed it over"


def yours_now(*, about: str, title: str, text: str) -> Message:
    """Tell whoever has a role now that it is theirs."""
    return Message(
        body=f"{text}.",
        title=f"Yours now: {title}",
        buttons=(
            Button("incident.update", about, "Write an update", primary=True),
            Button("incident.show", about, "See the incident"),
        ),
        tone="high",
    )


def handed_over(*, name: str, since: str, lines: Sequence[str], count: int, link: str) -> Message:
    """Tell whoever takes over, once, what they owe from then on; `lines` are the first of it."""
    owes = f"{name}: {'this is' if count == 1 else f'these {count} are'} yours {since}."
    more = [f"and {count - len(lines)} more"] if count > len(lines) else []
    each = [f"• {one}" for one in (*lines, *more)]
    return Message(
        body="\n".join([owes, *each, f"All that is owed: {link}"]),
        title=f"Handed over to {name}",
        tone="announcement",
    )
