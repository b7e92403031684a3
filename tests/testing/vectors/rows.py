"""A case's people and what they decided, as the desk's own rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.people.models import Account, Engineer
from dutydesk.rota import models
from testing.vectors.common import DAYS, Case, at

# Who has no place on the team's rota in other tools: nobody here can be reached by those names.
_NOBODY = ("viewer", "unknown", "deleted", "none", "nobody")


class Everybody:
    """Makes an engineer of each name that is met; a rota's rows by that."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        if name not in self._numbers:
            address = f"{len(self._numbers)}@example.org"
            account = Account.objects.create_user(email=address, name=name)
            made = Engineer.objects.create(name=name, email=address, account=account)
            self._numbers[name] = made.pk
        return self._numbers[name]

    def name(self, number: int) -> str:
        return next(name for name, known in self._numbers.items() if known == number)

    def sort_of(self, name: str) -> int:
        """Give somebody's number. A viewer's account is shut, a deleted person left."""
        number = self.number(name)
        found = Engineer.objects.get(pk=number)
        sort = next((word for word in _NOBODY if word in name.casefold()), "")
        if sort == "viewer" and found.account:
            Account.objects.filter(pk=found.account.pk).update(is_active=False)
        elif sort == "deleted":
            Engineer.objects.filter(pk=number).update(active=False)
        elif sort:
            found.delete()
        return number

    def was_on(self, name: str, start: datetime, end: datetime) -> None:
        models.Shift.objects.create(
            duty="support", engineer_id=self.number(name), start=start, end=end
        )

    def takes_turns(self, rule: Case, zone: ZoneInfo) -> None:
        days = [DAYS.index(day) for day in rule["days"]]
        models.Rotation.objects.create(
            duty="support",
            unit="daily",
            length=1,
            starts="2000-01-01T00:00",
            zone=zone.key,
            places=[[self.number(rule["user"])]],
            windows=[{"days": days, "start": rule["start"], "end": rule["end"]}],
        )

    def changes(self, change: Case, zone: ZoneInfo) -> None:
        add, remove = (self.number(change[k]) if change.get(k) else None for k in ("add", "remove"))
        models.Override.objects.create(
            duty="support",
            start=at(change["start"], zone),
            end=at(change["end"], zone),
            add_id=add,
            remove_id=remove,
            made_by="a case",
            made_at=at(change["start"], zone),
        )

    def stands_in(self, temporary: Case, zone: ZoneInfo) -> None:
        models.TemporarySchedule.objects.create(
            duty="support",
            start=at(temporary["start"], zone),
            end=at(temporary["end"], zone),
            shifts=[
                {
                    "engineer": self.number(shift["user"]),
                    "start": at(shift["start"], zone).isoformat(),
                    "end": at(shift["end"], zone).isoformat(),
                }
                for shift in temporary["shifts"]
            ],
            made_by="a case",
        )
