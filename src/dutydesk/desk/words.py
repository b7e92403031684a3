"""What the desk says about questions and tickets. The wordings themselves are in the process."""

from dutydesk.desk.rules import SCORES
from dutydesk.kernel.messages import Button, Message


def greeting(*, about: str, text: str) -> Message:
    """Answer a new question: who looks after it, and how to say that it is solved."""
    return Message(text, buttons=(Button("question.solve", about, "Solved"),))


def ticket_offer(*, about: str, text: str) -> Message:
    """Offer a ticket, a little more time, or neither, to the engineer."""
    return Message(
        text,
        buttons=(
            Button("ticket.raise", about, "Raise a ticket", primary=True),
            Button("question.more-time", about, "Five more minutes"),
            Button("question.solve", about, "It is solved"),
        ),
        tone="soon",
    )


def ticket_raised(*, text: str, ticket: int, title: str) -> Message:
    """Link the ticket from the thread."""
    return Message(
        text,
        facts=((f"Ticket {ticket}", title),),
        buttons=(Button("ticket.show", f"ticket:{ticket}", "See the ticket"),),
    )


def how_was_it(*, about: str, text: str) -> Message:
    """Ask how it was; one press answers."""
    buttons = tuple(
        Button(f"question.score-{score}", about, label) for score, label in SCORES.items()
    )
    return Message(text, buttons=buttons)
