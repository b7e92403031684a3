"""What the desk says about questions and tickets. The wordings themselves are in the process."""

from collections.abc import Collection, Sequence

from dutydesk.desk.rules.questions import SCORES
from dutydesk.kernel.messages import Button, Message, Tone
from dutydesk.kernel.subjects import subject

MOST = 10
"""How many questions one post tells of."""
CLOSED = 5
"""How many things one post offers to close, or to take, at most."""
DESK = "the desk"
"""Who does what follows by itself."""


def beginning(by: str) -> str:
    """Give whoever did something as a sentence begins with them."""
    return "The desk" if by == DESK else by


def standing(*, about: str, text: str, state: str, urgent: bool = False) -> Message:
    """Say where a question stands, with what can be done to it now; if `urgent`, page on call."""
    buttons = {
        "open": ("question.take", "question.solve"),
        "answered": ("question.solve", "question.wait"),
        "waiting": ("question.solve",),
        "solved": ("question.reopen",),
    }.get(state, ())
    if urgent and state == "open":
        buttons = (*buttons, "question.page")
    return Message(text, buttons=tuple(Button(name, about, _LABELS[name]) for name in buttons))


_LABELS = {
    "question.take": "I'll take it",
    "question.solve": "Solved",
    "question.wait": "Wait for the asker",
    "question.reopen": "Not solved yet",
    "question.page": "Page on call …",
}


def nudge(*, about: str, text: str, title: str = "", has_it: bool = False) -> Message:
    """Say that a question is unanswered, to who could answer; `has_it`: they have it already."""
    facts = (("Question", title),) if title else ()
    take = Button("question.take", about, "I'll take it", primary=True)
    see = Button("question.show", about, "See the question")
    return Message(text, facts=facts, buttons=(see,) if has_it else (take, see), tone="soon")


def waiting(
    *, text: str, lines: Sequence[tuple[int, str, str]], ended: Collection[int] = ()
) -> Message:
    """Tell of questions that wait, a line each: its number, who asked, and what is said of it.

    Those that have `ended` are told of no more, and can be closed.
    """
    shown = [(number, asker, said) for number, asker, said in lines[:MOST]]
    facts = [(f"{asker}, question {number}", said) for number, asker, said in shown]
    if len(lines) > len(shown):
        facts.append(("And", f"{len(lines) - len(shown)} more on the page Questions"))
    see = [
        Button("question.show", subject("question", number), f"Question {number}")
        for number, _, _ in shown[:5]
    ]
    close = [
        Button("question.lapse", subject("question", number), f"Close {number} unanswered")
        for number, _, _ in lines
        if number in ended
    ]
    return Message(text, facts=tuple(facts), buttons=(*see, *close[:CLOSED]), tone="soon")


def left_behind(name: str, things: Sequence[tuple[str, str, str]]) -> Message:
    """Tell what somebody who left the team had, and nobody has now.

    Of each thing its subject, what it is, and its title.
    """
    facts = [(what.capitalize(), title) for _, what, title in things[:MOST]]
    if len(things) > MOST:
        facts.append(("And", f"{len(things) - MOST} more on the board and the page Questions"))
    take = [
        Button(f"{about.partition(':')[0]}.take", about, f"I'll take {what}")
        for about, what, _ in things[:CLOSED]
    ]
    text = f"{name} has left the team, and nobody has these any more. Can somebody take them?"
    return Message(text, facts=tuple(facts), buttons=tuple(take), tone="soon")


def what_was_it(*, about: str, text: str, kinds: Sequence[tuple[str, str]], likely: str) -> Message:
    """Ask of which kind a question was; the likely one stands first."""
    ordered = sorted(kinds, key=lambda kind: kind[0] != likely)
    buttons = [
        Button(f"question.kind={kind}", about, title, primary=kind == likely)
        for kind, title in ordered
    ]
    return Message(text, buttons=(*buttons, Button("question.sort", about, "Another …")))


def thanks(*, about: str, text: str) -> Message:
    """Thank for a score; a line more is welcome."""
    return Message(text, buttons=(Button("question.say-why", about, "Add a line …"),), tone="kept")


def burst(*, about: str, text: str, questions: Sequence[tuple[int, str, str]]) -> Message:
    """Offer to declare an incident since several questions look alike, each with its link.

    Each question is its number, who asked it, and its title.
    """
    shown = [
        Button("question.show", subject("question", number), f"Question {number}")
        for number, _, _ in questions[-5:]
    ]
    return Message(
        text,
        facts=tuple((f"{asker}, question {number}", title) for number, asker, title in questions),
        buttons=(Button("incident.declare", about, "Declare an incident …", primary=True), *shown),
        tone="soon",
    )


def past_answers(
    *,
    about: str,
    text: str,
    past: Sequence[tuple[int, str, str, str]],
    pages: Sequence[tuple[str, str]] = (),
) -> Message:
    """Offer answers to earlier questions: each one's number, title, what the answer comes to, link.

    The last two may be empty.

    Beside them pages of the handbook: each one's title and link.
    """
    one = len(past) == 1
    buttons = [
        button
        for place, (number, *_) in enumerate(past, start=1)
        for button in (
            Button(f"question.helped={number}", about, "That helped" if one else f"{place} helped"),
            Button(
                "question.show", subject("question", number), "See it" if one else f"See {place}"
            ),
        )
    ]
    facts = tuple(
        (
            "Asked before" if one else str(place),
            " ".join(filter(None, (title, f"Answer: “{answer}”" if answer else "", link))),
        )
        for place, (_, title, answer, link) in enumerate(past, start=1)
    )
    written = tuple(("In the handbook", f"{title} {link}") for title, link in pages)
    return Message(text, facts=(*facts, *written), buttons=tuple(buttons))


def other_question(*, text: str, number: int, title: str, tone: Tone = "plain") -> Message:
    """Tell of another question, with its link."""
    return Message(
        text,
        facts=((f"Question {number}", title),),
        buttons=(Button("question.show", subject("question", number), "See that question"),),
        tone=tone,
    )


def settled(*, about: str, text: str) -> Message:
    """Offer Solved to whoever asked, since they say that it works."""
    return Message(text, buttons=(Button("question.solve", about, "Solved", primary=True),))


def ticket_offer(*, about: str, text: str) -> Message:
    """Offer a ticket, a little more time, or neither, to the engineer."""
    return Message(
        text,
        buttons=(
            Button("ticket.raise", about, "Raise a ticket", primary=True),
            Button("question.more-time", about, "A little more time"),
            Button("question.nearly", about, "Nearly done"),
            Button("question.solve", about, "It is solved"),
        ),
        tone="soon",
    )


def ticket_raised(*, text: str, ticket: int, title: str, url: str = "") -> Message:
    """Link the ticket from the thread; `url`: where it is in the tracker."""
    there = (("In the tracker", url),) if url else ()
    return Message(
        text,
        facts=((f"Ticket {ticket}", title), *there),
        buttons=(Button("ticket.show", subject("ticket", ticket), "See the ticket"),),
    )


def ticket_arrived(*, text: str, ticket: int, title: str, url: str) -> Message:
    """Say to the team that somebody made a ticket in the tracker itself."""
    about = subject("ticket", ticket)
    return Message(
        text,
        facts=((f"Ticket {ticket}", title), ("In the tracker", url)),
        buttons=(
            Button("ticket.take", about, "I'll take it", primary=True),
            Button("ticket.show", about, "See the ticket"),
        ),
        tone="soon",
    )


def tracker_trouble(*, text: str, waiting: int) -> Message:
    """Say what is in the tracker's way, to the people who can mend it."""
    many = f"{waiting} ticket{'' if waiting == 1 else 's'}" if waiting else "Nothing"
    return Message(text, facts=(("Waiting", many),), tone="soon")


def tickets_left(tickets: Sequence[str], *, where: Sequence[str], now: str) -> Message:
    """Say which tickets are not in the repository that the process file names `now`."""
    named = ", ".join(tickets[:MOST])
    more = f" and {len(tickets) - MOST} more" if len(tickets) > MOST else ""
    return Message(
        f"These tickets go on in {', '.join(where)}, but the process file names {now}: {named}"
        f"{more}. They stay on the board here; nothing of them is told or heard there any more. "
        "Close them here once they are done, or transfer them to where tickets are kept now.",
        tone="soon",
    )


def how_was_it(*, about: str, text: str) -> Message:
    """Ask how it was; one press answers."""
    buttons = tuple(
        Button(f"question.score-{score}", about, label) for score, label in SCORES.items()
    )
    return Message(text, buttons=buttons)
