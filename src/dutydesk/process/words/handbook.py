"""What the process says of its documentation, and of where the handbook's pages are."""

from collections.abc import Iterator

from dutydesk.kernel.durations import write_duration
from dutydesk.process.rules.handbook import RepositorySection
from dutydesk.process.rules.model import Process


def documentation(process: Process) -> tuple[str, ...]:
    """Say what is written down where, and who reads it here."""
    return (*process.documentation, *_handbook(process))


def _handbook(process: Process) -> Iterator[str]:
    book = process.handbook
    if book.repositories:
        who = {"team": "the team", "everybody": "everybody who may sign in"}[book.read_by]
        yield f"The handbook shows {who} the pages of:"
        yield from (f"• {_repository(one)}" for one in book.repositories)


def _repository(one: RepositorySection) -> str:
    branch = f", branch {one.branch}" if one.branch else ""
    folder = f", folder {one.folder}" if one.folder else ""
    return f"{one.name}: {one.url}{branch}{folder}, read every {_every(one)}"


def _every(one: RepositorySection) -> str:
    return write_duration(one.refresh).removeprefix("1 ")
