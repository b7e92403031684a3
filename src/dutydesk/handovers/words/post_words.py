"""What a handover's post says in the team's channel, and those who are asked for it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.bounds import cut
from dutydesk.kernel.messages import Button, Message, Tone
from dutydesk.kernel.moments import clock_time

LONGEST_NOTE = 700
LONGEST_LINE = 160


def title(*, kind: str, due_at: datetime, zone: ZoneInfo) -> str:
    """Name a handover: “Start of day, Mon 30 Nov 09:00”."""
    local = due_at.astimezone(zone)
    return f"{kind}, {local:%a} {local.day} {local:%b %H:%M}"


def listed(names: Sequence[str], duty: str) -> str:
    """Name people as a sentence does, or that nobody has the duty."""
    if not names:
        return f"nobody on {duty.removeprefix('on ')}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def post(
    *,
    about: str,
    title: str,
    sides: str,
    state: str,
    note: str,
    lines: Sequence[str],
    more: int,
    step: str,
) -> Message:
    """Say what is handed over, how far that is, and offer the next step.

    `step`: `give`, `accept`, or nothing; without lines or a note to give, `nothing` is offered.
    """
    body = [cut(note, LONGEST_NOTE)] if note else []
    body += [f"• {cut(line, LONGEST_LINE)}" for line in lines]
    body += [f"and {more} more"] if more else []
    return Message(
        "\n".join([f"{sides}.", *(body or ["The record has nothing."])]),
        title=f"Handover: {title}",
        facts=(("State", state),),
        buttons=(*_steps(about, step), Button("handover.show", about, "Read it")),
        tone=_TONES.get(step, "kept"),
    )


_TONES: dict[str, Tone] = {"give": "soon", "nothing": "soon", "accept": "announcement"}


def _steps(about: str, step: str) -> tuple[Button, ...]:
    write = Button("handover.write", about, "Write")
    if step == "give":
        return (Button("handover.give", about, "Give it", primary=True), write)
    if step == "nothing":
        return (Button("handover.nothing", about, "Nothing to hand over", primary=True), write)
    if step == "accept":
        return (Button("handover.accept", about, "I have it", primary=True),)
    return ()


def drafted(by: datetime, who: str, zone: ZoneInfo) -> str:
    """Say who gives it by when."""
    return f"Draft; {who} gives it by {clock_time(by, zone)}"


def given(*, by: str, at: datetime, zone: ZoneInfo, taker: str) -> str:
    """Say who gave it and who is to accept it."""
    how = f"Given by {by}" if by else "Given as drafted, since nobody gave it"
    return f"{how} at {clock_time(at, zone)}; {taker} accepts it"


def accepted(*, by: str, at: datetime, zone: ZoneInfo, taker: str) -> str:
    """Say who has it, and for whom."""
    instead = f", for {taker}" if taker else ""
    return f"{by} has it{instead}, since {clock_time(at, zone)}"


def closed(state: str, who: str) -> str:
    """Say why nothing is handed over."""
    if state == "same":
        return f"{who} has both duties: nothing is asked"
    if state == "missed":
        return "Nobody accepted it, and the next one is there"
    return f"{who} says that there is nothing" if who else "There is nothing to hand over"


def taken_over(*, about: str, name: str, title: str, count: int, giver: str) -> Message:
    """Tell one person that a handover waits for them."""
    lines = f"{count} thing{'s' if count != 1 else ''} to know"
    return Message(
        body=f"{name}, a handover from {giver} waits for you: {lines}.",
        title=f"Yours: {title}",
        buttons=(
            Button("handover.accept", about, "I have it", primary=True),
            Button("handover.show", about, "Read it"),
        ),
        tone="announcement",
    )


def letter(*, name: str, title: str, giver: str, note: str, link: str) -> tuple[str, str]:
    """Give the subject and body of a message to whoever takes over."""
    said = f"\n\n{cut(note, LONGEST_NOTE)}" if note else ""
    body = (
        f"{name}, this handover from {giver} waits for you.{said}\n\n"
        f"Read it and say that you have it: {link}"
    )
    return f"Handover: {title}"[:150], body


def chased(*, about: str, text: str, who: str, duty: str, mention: str, step: str) -> Message:
    """Remind whoever gives or takes it; where nobody has the duty, call the team."""
    says = f"{who}: {text}" if who else f"{mention} {text} Nobody has {duty} just now."
    give = step == "give"
    return Message(
        body=says.strip(),
        title="Not given yet" if give else "Not accepted yet",
        buttons=(
            Button(f"handover.{step}", about, "Give it" if give else "I have it", primary=True),
            Button("handover.show", about, "Read it"),
        ),
        tone="soon" if give else "high",
    )


def extended(lines: Sequence[str]) -> Message:
    """Say what came in since a handover was given."""
    return Message("\n".join(f"• {cut(line, LONGEST_LINE)}" for line in lines), title="Since then")


NONE_TO_TAKE = "No handover waits for anybody"


def standing(sides: str, state: str) -> str:
    """Say how a handover stands."""
    return f"{sides.removesuffix('.')}: {state.lower()}"
