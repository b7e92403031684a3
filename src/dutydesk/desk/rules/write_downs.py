"""The draft of a page, as a question and its answers give it."""

from collections.abc import Sequence


def draft_of(
    *,
    question: str,
    answers: Sequence[str],
    link: str,
    near: Sequence[tuple[str, str]],
    places: Sequence[str],
) -> str:
    """Give the text of a ticket: where the page could be, and how it could begin.

    `near`: pages that say something like it, by title and path. `places`: where one is begun.
    """
    quoted = "\n".join(f"> {line}" for line in question.strip().splitlines())
    said = "\n\n".join(answer.strip() for answer in answers if answer.strip())
    parts = [
        f"This was asked and solved: {link}" if link else "",
        "Pages that say something like it:\n"
        + "\n".join(f"- {title} (`{path}`)" for title, path in near)
        if near
        else "",
        "Begin a page at " + " or ".join(places) if places else "",
        f"## The question\n\n{quoted}",
        f"## What helped\n\n{said or 'Nobody wrote it in the thread.'}",
    ]
    return "\n\n".join(part for part in parts if part)
