"""The queue's door: one job runs one reaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from dutydesk.journal.flows import journal


def job(name: str) -> Callable[[Callable[..., None]], None]:
    """Make a function a job of that name. It is called with the job's arguments and `now`.

    Its database connection goes back to the pool afterwards, so that a database that was
    restarted is met with a fresh one.
    """

    def register(run: Callable[..., None]) -> None:
        @app.task(name=name, pass_context=True)
        def task(context: JobContext, /, **arguments: int) -> None:
            now: Callable[[], datetime] = context.additional_context["clock"].now
            try:
                run(now=now, **arguments)
            finally:
                connection.close()

    return register


@job("journal.react")
def react(*, reaction_id: int, now: Callable[[], datetime]) -> None:
    """Run the reaction if it is still owed."""
    journal.carry_out(reaction_id=reaction_id, at=now())
