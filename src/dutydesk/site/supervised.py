"""The parts that `serve` starts, each of which ends with it.

They live long, so they don't load what reads what people type and all the commands besides.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from dutydesk.kernel.garbage import uncollected
from dutydesk.site import preparation
from dutydesk.site.orphans import end_with_parent

MARK = "--supervised"
WORKER = ("worker", MARK)


def web(host: str, port: int) -> tuple[str, ...]:
    """Give the words that start the web there."""
    return ("web", MARK, "--host", host, "--port", str(port))


def _prepare() -> None:
    there = import_module("dutydesk.settings").settings_in_force().url
    preparation.end(import_module("dutydesk.site.prepare").make_ready(there))
    import_module("dutydesk.database.rows").give_back()


def _work() -> None:
    # Before the settings are read, which hold the key that this process signs links with.
    import_module("dutydesk.data_folder").make_secrets()
    with uncollected():
        import_module("dutydesk.site.django_setup")  # Flows can be imported after this only.
        worker = import_module("dutydesk.site.worker")
    away: type[Exception] = import_module("django.db").OperationalError
    try:
        if preparation.is_owed():
            _prepare()
        worker.run()
    except away:
        sys.exit("The database can't be reached. Start it, or correct DATABASE_URL.")


def run(words: Sequence[str]) -> None:
    """Be the part that these words of `serve` start, until it is ended."""
    end_with_parent()
    if tuple(words) == WORKER:
        _work()
    else:
        *_, host, _, port = words
        import_module("dutydesk.site.web_server").run(host, int(port))
