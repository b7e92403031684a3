"""Secret addresses that people make for programs of theirs: made, shown once, read, revoked."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet

from dutydesk.kernel.tokens import digest_of, make_token
from dutydesk.people.models import SecretAddress

_NOTED_EVERY = timedelta(hours=1)
_Address = TypeVar("_Address", bound=SecretAddress)


def make(
    rows: QuerySet[_Address], *, by: str, maker: int | None, at: datetime, **of: Any
) -> tuple[str, _Address]:
    """Make an address of something; give its secret, kept nowhere. It ends with `maker`'s account.

    Those that were made before go on working until they are revoked.
    """
    token = make_token()
    made = rows.create(
        token_hash=digest_of(token), made_by=by, maker_id=maker, made_at=at, **of
    )  # fmt: skip
    return token, made


def revoke(rows: QuerySet[_Address], *, number: int, at: datetime) -> _Address | None:
    """Let an address stop working; None if there is none any more."""
    found = rows.select_for_update(of=("self",)).filter(pk=number, revoked_at=None).first()
    if found is not None:
        found.revoked_at = at
        found.save(update_fields=["revoked_at"])
    return found


def read(rows: QuerySet[_Address], *, token: str, at: datetime) -> _Address | None:
    """Give whose address it is, and note that it was read; None if none stands."""
    found = rows.filter(token_hash=digest_of(token)).first()
    if found is None or not found.stands:
        return None
    if found.read_at is None or at - found.read_at >= _NOTED_EVERY:
        rows.filter(pk=found.pk).update(read_at=at)
    return found
