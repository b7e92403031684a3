"""Who is signed in, and where: sessions are kept in the database, by the hash of their key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models.functions import Now
from django.dispatch import receiver
from django.http import HttpRequest

from dutydesk.database import notifications, rows
from dutydesk.kernel.subjects import subject
from dutydesk.kernel.tokens import digest_of
from dutydesk.people import words
from dutydesk.people.models import Account, Session
from dutydesk.web.doors import Scope

SEEN_EVERY = timedelta(minutes=10)
# Asked for each request.
_LIVE = """
SELECT {row} FROM people_session AS row
WHERE session_key = %s AND expire_date > statement_timestamp()
"""


def hashed(key: str | None) -> str:
    """Give what stands in the database for a session's key; "" for none."""
    return digest_of(key) if key else ""


class SessionStore(DatabaseStore):
    """Django's store in the database, where nobody who reads it finds a key that signs in.

    Its queries are Django's, or fewer.
    """

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        """Give the model that names whose a session is."""
        return Session

    def load(self) -> dict[str, Any]:
        """Give what the session holds, and nothing if it is over."""
        return self._read(rows.first(_LIVE, Session, [hashed(self.session_key)]))

    async def aload(self) -> dict[str, Any]:
        """Do as `load`."""
        return self._read(await self._live().afirst())

    def _live(self) -> Any:
        return Session.objects.filter(session_key=hashed(self.session_key), expire_date__gt=Now())

    def _read(self, row: Session | None) -> dict[str, Any]:
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row.session_data))

    def exists(self, session_key: str) -> bool:
        """Say whether there is a session with this key."""
        return Session.objects.filter(session_key=hashed(session_key)).exists()

    async def aexists(self, session_key: str) -> bool:
        """Do as `exists`."""
        return await Session.objects.filter(session_key=hashed(session_key)).aexists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """Give the row that keeps this."""
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's
        return self._row(key, data, self.get_expiry_date())

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """Do as `create_model_instance`."""
        key: str = await self._aget_or_create_session_key()  # type: ignore[attr-defined]
        return self._row(key, data, await self.aget_expiry_date())

    def _row(self, key: str, data: dict[str, Any], expires: datetime) -> Session:
        return Session(
            session_key=hashed(key),
            session_data=self.encode(data),
            expire_date=expires,
            account_id=data.get(SESSION_KEY),
        )

    def delete(self, session_key: str | None = None) -> None:
        """End the session with this key, or this one."""
        Session.objects.filter(session_key=hashed(session_key or self.session_key)).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        """Do as `delete`."""
        key = hashed(session_key or self.session_key)
        await Session.objects.filter(session_key=key).adelete()


def session_key(scope: Scope) -> str:
    """Give the session's key out of a request's cookies; "" without one."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        cookie = SimpleCookie(sent.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def account(key: str) -> Account | None:
    """Give whose session this is, if it stands, and so do they. Two queries.

    As django.contrib.auth does it: one that ended, whose account is shut or whose password
    changed, opens nothing.
    """
    found = get_user(cast(HttpRequest, SimpleNamespace(session=SessionStore(key))))
    return found if isinstance(found, Account) else None


class SignedIn:
    """What streams ask of sessions: `dutydesk.web.live.Sessions`."""

    def key_of(self, scope: Scope) -> str:
        """Give the session's key out of a request's cookies; "" without one."""
        return session_key(scope)

    def account_of(self, key: str) -> str | None:
        """Give the subject of the account whose session this is, if it stands."""
        found = account(key)
        return subject("account", found.pk) if found else None


@receiver(user_logged_out)
def _signed_out(user: Account | None, **_: object) -> None:
    """Let the streams of somebody who signs out look whether they may go on."""
    if user is not None:
        notifications.notify(subject("account", user.pk))


def note_start(session: SessionBase, *, at: datetime, address: str, agent: str) -> None:
    """Keep in a new session since when it is, and from where."""
    session["since"] = session["seen"] = at.isoformat()
    session["address"], session["agent"] = address, agent[:300]


def note_seen(session: SessionBase, *, at: datetime, address: str) -> None:
    """Keep when somebody was last here, now and then; it costs a query only then."""
    seen = session.get("seen")
    if seen is None or abs(at - datetime.fromisoformat(seen)) >= SEEN_EVERY:
        session["seen"], session["address"] = at.isoformat(), address


@dataclass(frozen=True)
class Browser:
    """One browser that somebody is signed in with, as they see it."""

    key: str
    name: str
    address: str
    since: datetime | None
    seen: datetime | None
    this: bool


def browsers(every: Iterable[Session], this: str | None = None) -> list[Browser]:
    """Give the browsers behind sessions, the one asking with the key `this` first."""
    store, mine = SessionStore(), hashed(this)
    found = [_browser(row, store.decode(row.session_data), mine) for row in every]
    return sorted(found, key=lambda one: (not one.this, -(one.seen.timestamp() if one.seen else 0)))


def _browser(row: Session, data: dict[str, Any], mine: str) -> Browser:
    since, seen = (data.get(name) for name in ("since", "seen"))
    return Browser(
        key=row.session_key,
        name=words.browser(data.get("agent", "")),
        address=data.get("address", ""),
        since=datetime.fromisoformat(since) if since else None,
        seen=datetime.fromisoformat(seen) if seen else None,
        this=row.session_key == mine,
    )


def open_of(account: int) -> list[Session]:
    """Give the sessions of an account that are not over."""
    return list(Session.objects.filter(account=account, expire_date__gt=Now()))
