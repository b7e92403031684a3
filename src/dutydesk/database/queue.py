"""The queue that wakes workers: a job says that a row may owe something; the row is the truth.

Jobs are queued in the transaction that owes, and PostgreSQL tells a worker once it is committed.
One that is lost costs nothing: what its row owes is queued again (`durable`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException


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


def queue(task: str, *, lock: str | None = None, **given: int) -> None:
    """Queue a job in this transaction; one alone may wait under a `lock`.

    The queue hides the database's errors behind one of its own; here they come out as what they
    are, DatabaseError, so that whoever is ready for a database that is away is ready for this.
    """
    with _own_errors():
        app.configure_task(task, queueing_lock=lock).defer(**given)


def queue_all(task: str, given: Sequence[dict[str, Any]]) -> None:
    """Queue a job for each of these in this transaction, in one statement."""
    if given:
        with _own_errors():
            app.configure_task(task).batch_defer(*given)


def queue_again(task: str, *, lock: str, **given: int) -> bool:
    """Queue a job whose row is owed, unless one waits under this lock; give whether it did."""
    try:
        with transaction.atomic():
            queue(task, lock=lock, **given)
    except AlreadyEnqueued:
        return False
    return True


@contextmanager
def _own_errors() -> Iterator[None]:
    """Let the queue's errors come out as what they are."""
    try:
        yield
    except ConnectorException as error:
        with connection.wrap_database_errors:
            raise error.__cause__ or error from None
