"""One change of the rotas after another, and one order in which its rows are locked."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from dutydesk.database import rows
from dutydesk.rota.models import Outlook

Told = ParamSpec("Told")
Given = TypeVar("Given")


def held(flow: Callable[Told, Given]) -> Callable[Told, Given]:
    """Give the flow in one transaction that holds the rotas before it locks anything else of them.

    A flow that locked its own row first could wait for one that holds the rotas, and waits for it.
    """

    @wraps(flow)
    def run(*args: Told.args, **values: Told.kwargs) -> Given:
        with transaction.atomic():
            hold()
            return flow(*args, **values)

    return run


def hold() -> list[Outlook]:
    """Wait until no other change of the rotas goes on, and let none begin before this one ends.

    Give how far each is built: nothing where nobody has begun to use rotas; of two who begin at
    once, the second finds what the first made. Belongs inside a transaction.
    """
    if not (found := _held()):
        rows.lock([Outlook._meta.db_table])
        found = _held()
    return found


def _held() -> list[Outlook]:
    return list(Outlook.objects.select_for_update().order_by("duty"))
