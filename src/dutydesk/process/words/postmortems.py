"""What the process says of postmortems, as people read it."""

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.postmortems import Postmortems, PublicationSection


def postmortem_lines(postmortems: Postmortems) -> tuple[str, ...]:
    """Give the chapter about postmortems. A line with a bullet is an item of a list."""
    due = postmortems.improvements
    return (
        "After a high-priority incident there is a blameless group session within "
        f"{postmortems.session_within_working_days} working days. It takes "
        f"{write_duration(postmortems.session_length)}, walks through the timeline and ends with a "
        "list of improvements, in order of priority, each with an owner.",
        f"A high-priority improvement is due within {write_duration(due.high_due)}, another within "
        f"{write_duration(due.other_due)}. The postmortem is published, openly.",
        "It is written in these sections:",
        *(
            f"• {one.title}{'' if one.required else ' (if there is something to say)'}: {one.hint}"
            if one.hint
            else f"• {one.title}{'' if one.required else ' (if there is something to say)'}"
            for one in postmortems.sections
        ),
        *_publication(postmortems.publication),
    )


def _publication(publication: PublicationSection) -> tuple[str, ...]:
    who = {"off": "the team", "sign-in": "everybody who may sign in", "public": "everybody"}
    lines = (f"Once it is published, {who[publication.shown]} may read it.",)
    if not publication.sign_off:
        return lines
    return (*lines, f"Before that it is signed off by: {', '.join(publication.sign_off)}.")
