"""What the desk answers to the sentences and marks by which a team runs its incidents in a chat."""

from collections.abc import Iterable, Sequence

from dutydesk.kernel.messages import Button, Message
from dutydesk.process.rules.model import Process

_BLANK = "…"
MOST_NAMED = 5


def shown(sentence: str) -> str:
    """Give a sentence as people read it, with a gap for what they fill in."""
    return sentence.format(reason=_BLANK, impact=_BLANK)


def declared(*, about: str, title: str, priority: str, criteria: Iterable[str]) -> Message:
    """Say what came of a sentence, and what it left unsaid."""
    if priority == "high":
        body = f"Declared with high priority: {title}. If that is too much, change it."
    else:
        listed = "; ".join(text[0].lower() + text[1:] for text in criteria)
        body = (
            f"Declared with normal priority: {title}. If any of this is true, it is of high "
            f"priority, so say so: {listed}."
        )
    buttons = (
        Button("incident.assess", about, "Change the priority", primary=priority != "high"),
        Button("incident.correct", about, "Correct it"),
        Button("incident.show", about, "See the incident"),
    )
    return Message(body, buttons=buttons, tone="soon")


def incomplete(sentence: str) -> Message:
    """Say how a sentence goes that was begun and not ended."""
    return Message(
        f"That did nothing yet, since a part of it is missing. Write it anew, like "
        f"“{shown(sentence)}”"
    )


def refused(why: str) -> Message:
    """Say why a sentence did nothing."""
    return Message(why)


def with_number(sentence: str, number: int) -> str:
    """Give a sentence as it names an incident by its number."""
    said, named = shown(sentence).strip(" ."), f"incident {number}"
    return said.replace("this incident", named) if "this incident" in said else f"{said} of {named}"


def which(
    found: Sequence[tuple[str, int, str]], *, action: str, label: str, sentence: str
) -> Message:
    """Ask which of the incidents that go on is meant: (subject, number, title) of each.

    With a button for each, and how to say the `sentence` of one.
    """
    listed = "\n".join(f"• incident {number}: {title}" for _, number, title in found)
    return Message(
        f"Which incident? These go on:\n{listed}\nWrite it in the thread of the one you mean, or "
        f"with its number: “{with_number(sentence, found[0][1])}”",
        buttons=tuple(
            Button(action, about, f"{label}: {number}") for about, number, _ in found[:MOST_NAMED]
        ),
    )


def none_open(current: Process) -> Message:
    """Say that there is no incident, and how one is declared."""
    sentences = current.incidents.sentences.declare
    how = f" To declare one, write: “{shown(sentences[0])}”" if sentences else ""
    return Message(f"No incident goes on that this could be about.{how}")


def confirm(*, about: str, firing: str) -> Message:
    """Ask whether an incident is to be resolved though `firing` says what of it still fires."""
    return Message(
        f"It isn't resolved yet. {firing} Resolve it if that is right.",
        buttons=(
            Button("incident.resolve", about, "Resolve …", primary=True),
            Button("incident.show", about, "See the incident"),
        ),
        tone="soon",
    )


def which_timeline(*, about: str) -> Message:
    """Ask into which incident's timeline a message is to go."""
    return Message(
        "Several incidents go on. Into whose timeline does this message go?",
        buttons=(Button("incident.note", about, "Choose the incident", primary=True),),
    )
