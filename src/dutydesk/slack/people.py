"""Who people in Slack are: asked once a day each, and matched by address with accounts here.

Source: https://docs.slack.dev/reference/methods/users.info and /reference/objects/user-object.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows.people_posts import Author
from dutydesk.kernel.actions import Person
from dutydesk.people.flows import identities, people
from dutydesk.ports.delivery import Undelivered
from dutydesk.slack.envelopes import outside

FRESH = timedelta(days=1)


class People:
    """Knows people of the workspace that the bot's token opens."""

    def __init__(self, call: SlackCall) -> None:
        """Ask Slack with `call`."""
        self._call = call
        self._team = self._bot = ""
        self._bots: dict[str, bool] = {}
        self._groups: dict[str, str] = {}
        self._groups_at: datetime | None = None

    def team(self) -> str:
        """Give the number of our workspace; asked once. Raises Undelivered."""
        if not self._team:
            found = self._call("auth.test")
            self._bot = str(found.get("user_id", ""))
            self._team = str(found.get("team_id", ""))
        return self._team

    def bot(self) -> str:
        """Give the number of the desk itself there; asked once. Raises Undelivered."""
        return self._bot if self.team() else ""

    def know(self, user: str, at: datetime) -> None:
        """Ask who somebody is, if that isn't known since yesterday. Raises Undelivered.

        An address counts only if the workspace vouches for it: one of another workspace, as in
        shared channels, could be anybody's.
        """
        named = outside(self.team(), user)
        known = identities.identity(named)
        if known is not None and at - known.looked_at < FRESH:
            return
        found = self._call("users.info", user=user).get("user")
        if isinstance(found, Mapping):
            email = _vouched(found, self.team())
            identities.recognise(outside=named, name=_name(found) or user, email=email, at=at)

    def is_bot(self, user: str) -> bool:
        """Say whether a bot posts as this user; asked once. Raises Undelivered."""
        if user not in self._bots:
            try:
                found = self._call("users.info", user=user).get("user")
            except Undelivered as failure:
                if not failure.permanent:
                    raise
                return True  # Nobody whom the workspace knows is a person of it.
            bot = not isinstance(found, Mapping) or found.get("is_bot")
            self._bots[user] = bool(bot or user == "USLACKBOT")
        return self._bots[user]

    def meet_groups(self, groups: Collection[str], at: datetime) -> None:
        """Ask what these user groups are called, once a day at most. Raises Undelivered.

        Source: https://docs.slack.dev/reference/methods/usergroups.list.
        """
        fresh = self._groups_at is not None and at - self._groups_at < FRESH
        if fresh or self._groups.keys() >= set(groups):
            return
        try:
            rows = self._call("usergroups.list").get("usergroups")
        except Undelivered as failure:
            if not failure.permanent:
                raise
            rows = ()  # The app lacks the scope: groups stay without a name.
        self._groups_at = at
        known = (one for one in rows or () if isinstance(one, Mapping))
        self._groups = {str(one.get("id")): str(one.get("handle") or "") for one in known}

    def group(self, number: str) -> str:
        """Give a user group's handle, or nothing."""
        return self._groups.get(number, "")

    def author(self, team: str, user: str, name: str = "") -> Author:
        """Give somebody as whoever posts or marks, by what is known; `name` if nothing is."""
        named = outside(team, user)
        found = identities.identity(named)
        account = identities.account_of(found)
        shown = account.name if account else found.name if found else name
        return Author(shown or "Somebody in Slack", account.pk if account else None, named)

    def name(self, team: str, user: str) -> str:
        """Give somebody's name, or nothing."""
        found = identities.identity(outside(team, user))
        return found.name if found else ""

    def person(self, user: str) -> Person | None:
        """Give who acts here when somebody does there; None if they have no account."""
        account = identities.account_of(identities.identity(outside(self.team(), user)))
        return people.person(account) if account else None


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    names = (
        profile.get("real_name"),
        user.get("real_name"),
        profile.get("display_name"),
        user.get("name"),
    )
    return next((str(name).strip() for name in names if name and str(name).strip()), "")


def _vouched(user: Mapping[str, Any], team: str) -> str:
    """Give the address that our workspace confirmed for a person; empty if there is none.

    A guest of our workspace has confirmed theirs as everybody has, so it says who they are. Being
    known by it lets nobody in: https://docs.slack.dev/reference/objects/user-object.
    """
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    if team not in teams or user.get("is_bot") or user.get("deleted") or user.get("is_stranger"):
        return ""
    if not user.get("is_email_confirmed", True):
        return ""
    return str((user.get("profile") or {}).get("email") or "")
