"""PagerDuty's schedules, of layers or of shifts, and overrides of them.

Source: https://developer.pagerduty.com/api-reference (schedules, overrides, users) and
https://developer.pagerduty.com/docs/schedules-v2-to-v3-upgrade.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dutydesk.adapters.pagerduty.account import PagerDutyAccount, reading
from dutydesk.kernel.late import library
from dutydesk.kernel.periods import Period
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.rota import TheirShift

if TYPE_CHECKING:
    from dutydesk.adapters.pagerduty import client as calls
else:
    calls = library("dutydesk.adapters.pagerduty.client")

PATIENCE = 30.0


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class PagerDutySchedules:
    """The schedules of our duties, by the duty's name."""

    def __init__(self, account: PagerDutyAccount, schedules: Mapping[str, str]) -> None:
        """Ask with the account's API key; `schedules` has the number of each duty's."""
        self._account, self._schedules = account, dict(schedules)

    @property
    def duties(self) -> Sequence[str]:
        """Give the duties that have a schedule there."""
        return tuple(self._schedules)

    def shifts(self, duty: str, span: Period) -> list[TheirShift]:
        """Give who is on there in `span`, with the address of each."""
        users = {user["id"]: user for user in self._users()}

        def shift(number: str, start: str, end: str) -> TheirShift:
            user = users.get(number) or {}
            period = Period(_at(start), _at(end))
            return TheirShift(user.get("email") or "", user.get("name") or number, period)

        with reading():
            found = [shift(*row) for row in self._rendered(self._schedules[duty], span)]
        return [one for one in found if one.period.overlap(span)]

    def _rendered(self, number: str, span: Period) -> Iterator[tuple[str, str, str]]:
        """Give the rows of the schedule as it comes out: a person's number, start and end.

        Which kind a schedule is of, is found by asking: 400 says that it is not one of shifts.
        """
        asked = {**_span(span), "include[]": "final_schedule"}
        try:
            schedule = self._get(f"/v3/schedules/{number}", asked)["schedule"]
        except Undelivered as failure:
            if not failure.permanent:
                raise
            schedule = self._get(f"/schedules/{number}", _span(span))["schedule"]
            for row in schedule["final_schedule"]["rendered_schedule_entries"]:
                yield row["user"]["id"], row["start"], row["end"]
            return
        for row in schedule["final_schedule"]["computed_shift_assignments"]:
            if row["member"]["type"] == "user_member":
                yield row["member"]["user_id"], row["start_time"], row["end_time"]

    def document(self, duty: str, span: Period) -> str:
        """Give a schedule of layers as its export, with everybody's address in it."""
        found = self._get(f"/schedules/{self._schedules[duty]}", _span(span))
        with reading():
            emails = {user["id"]: user["email"] for user in self._users()}
            schedule = found["schedule"]
            if "schedule_layers" not in schedule:
                raise Undelivered("a schedule of shifts has no layers to take over", permanent=True)
            overrides = (schedule.get("overrides_subschedule") or {}).get(
                "rendered_schedule_entries"
            )
            people = [user for layer in schedule["schedule_layers"] for user in layer["users"]]
            for one in [*people, *(overrides or ())]:
                one["user"]["email"] = emails.get(one["user"]["id"], "")
        return json.dumps(found)

    def people(self) -> Mapping[str, str]:
        """Give everybody's number there by their address, in lower case."""
        with reading():
            return {user["email"].casefold(): user["id"] for user in self._users()}

    def _users(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self._asked(lambda client: client.list_all("users"))
        return found

    def _get(self, path: str, asked: Mapping[str, str]) -> Any:
        return self._asked(lambda client: client.get(path, params=dict(asked)).json())

    def _asked(self, do: Callable[[Any], Any]) -> Any:
        return calls.with_rest(self._account, do, PATIENCE)


def _span(span: Period) -> dict[str, str]:
    return {
        "since": span.start.isoformat(),
        "until": span.end.isoformat(),
        "time_zone": "UTC",
    }


class OverrideSender:
    """Delivers outbox messages that put one of our shifts there as an override."""

    def __init__(self, account: PagerDutyAccount, schedules: Mapping[str, str]) -> None:
        """Write with the account's API key."""
        self._account, self._schedules = account, dict(schedules)

    def deliver(self, parcel: Delivery) -> str:
        """Write one override, unless the same one is there; give its number."""
        given = parcel.payload
        number = self._schedules.get(given["duty"])
        if number is None:
            raise Undelivered("this duty has no schedule there any more", permanent=True)
        path = f"/schedules/{number}/overrides"
        user = {"id": given["user"], "type": "user_reference"}
        row = {"start": given["start"], "end": given["end"], "user": user, "time_zone": "UTC"}
        asked = {"since": given["start"], "until": given["end"]}

        def write(client: Any) -> str:
            for one in client.get(path, params=asked).json()["overrides"]:
                if _same(one, row):
                    return str(one["id"])
            answer = client.post(path, json={"overrides": [row]}).json()
            return _number(answer)

        return calls.with_rest(self._account, write)


def _same(one: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    times = all(_at(one[name]) == _at(row[name]) for name in ("start", "end"))
    return times and bool(one["user"]["id"] == row["user"]["id"])


def _number(answer: Any) -> str:
    """Read the answer to one override: a list of outcomes, or the overrides that were made."""
    rows = answer if isinstance(answer, list) else answer["overrides"]
    made = rows[0]
    if int(made.get("status", 201)) >= 400:
        raise Undelivered("PagerDuty refused the override", permanent=True)
    return str(made.get("override", made)["id"])
