"""Time that passes in a made-up desk: what is owed is looked after when it is due."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import connection

from dutydesk.announcements.models import AnnouncementSeries
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.journal.flows import journal
from dutydesk.journal.models import Reaction
from dutydesk.kernel.actions import ActionRequest, ActionResult
from dutydesk.kernel.forms import Field
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.models import Account
from dutydesk.ports.delivery import Delivery
from dutydesk.process.flows import process
from dutydesk.rota.models import Outlook
from dutydesk.wiring import ACTIONS, build, rooms

Do = Callable[[], object]
_BUSY = (8, 9, 17, 18)
"""The hours about which things change hands: there the desk looks more often."""


class Nowhere:
    """Takes every message, and sends it to nobody."""

    def deliver(self, parcel: Delivery) -> str:
        """Say that it arrived."""
        return f"made up: {parcel.key}"


class History:
    """The desk at a moment that moves forward. `do` is what people do; nothing leaves the desk."""

    def __init__(self, at: datetime, on_each_step: Callable[[], None] = lambda: None) -> None:
        """Begin at `at`; `on_each_step` is asked after each moment at which something happened."""
        build()
        self.at = at
        self.zone = process.in_force().zone
        self.step = on_each_step
        self._plans: list[tuple[datetime, int, Do]] = []
        self._number = count()
        self.refused: list[str] = []
        self._upkeep_at = at

    def plan(self, at: datetime, do: Do) -> None:
        """Let this be done then; what the process refuses by then is left."""
        heapq.heappush(self._plans, (max(at, self.at), next(self._number), do))

    def after(self, minutes: float, do: Do) -> None:
        """Let this be done so many minutes from now."""
        self.plan(self.at + timedelta(minutes=minutes), do)

    def press(self, name: str, action: str, about: str, **values: str | list[str]) -> ActionResult:
        """Let somebody do something, with what its form has filled in already."""
        by = people.person(Account.objects.get(name=name))
        form = ACTIONS[action].form
        made = form(about, by, self.at) if form else None
        filled = {field.name: offered(field) for field in made.fields} if made else {}
        sent = ActionRequest(about, by, self.at, self.zone, filled | values)
        return ACTIONS.carry_out(action, sent)

    def say(self, name: str, channel: str, text: str, thread: int | None = None) -> Post:
        """Let somebody post."""
        by = Author.of(people.person(Account.objects.get(name=name)))
        return people_posts.post(by=by, channel=channel, text=text, at=self.at, thread=thread)

    def run(self, until: datetime) -> None:
        """Let time pass until then, doing what was planned and looking after what is due."""
        while (following := self._next()) <= until:
            self.at = max(self.at, following)
            self._do_what_is_due()
            self.settle()
            self.step()
        self.at = until

    def _next(self) -> datetime:
        looks = (
            commitments.next_look(),
            Outlook.objects.order_by("look_at").values_list("look_at", flat=True).first(),
            AnnouncementSeries.objects.order_by("look_at")
            .values_list("look_at", flat=True)
            .first(),
            self._plans[0][0] if self._plans else None,
        )
        return min(self._upkeep_at, *(look for look in looks if look is not None))

    def _do_what_is_due(self) -> None:
        while self._plans and self._plans[0][0] <= self.at:
            try:
                heapq.heappop(self._plans)[2]()
            except Refused as refusal:
                self.refused.append(str(refusal))
        while commitments.tick(at=self.at):
            self.settle()
        local = self.at.astimezone(self.zone)
        if self.at >= self._upkeep_at or Outlook.objects.filter(look_at__lte=self.at).exists():
            for room in rooms():
                for each in room.upkeep:
                    each(at=self.at)
            self._upkeep_at = _next_upkeep(local).astimezone(UTC)

    def settle(self) -> None:
        """Run what follows from what happened, and hand over what is owed, to nobody."""
        while self._react() or self._deliver():
            pass

    def _react(self) -> int:
        owed = list(Reaction.objects.filter(due_at__lte=self.at).order_by("id"))
        for reaction in owed:
            journal.carry_out(reaction_id=reaction.pk, at=self.at)
        return len(owed)

    def _deliver(self) -> int:
        waiting = OutboxMessage.objects.filter(state__in=["owed", "trying"], due_at__lte=self.at)
        due = list(waiting.order_by("due_at", "id").values_list("pk", "kind"))
        for number, kind in due:
            outbox.deliver_with(kind, Nowhere())
            outbox.deliver(message_id=number, now=lambda: self.at)
        return len(due)


def _next_upkeep(local: datetime) -> datetime:
    """Give the next half hour about the ends of a working day; in between the next hour or third.

    In truth it is every few seconds; here each look takes as long as a question and its answers.
    """
    hour = local.replace(minute=0, second=0, microsecond=0)
    if local.weekday() < 5 and local.hour in _BUSY:
        half = hour + timedelta(minutes=30)
        return half if half > local else hour + timedelta(hours=1)
    return hour + timedelta(hours=1 if local.weekday() < 5 and 7 <= local.hour < 19 else 3)


def offered(field: Field) -> str | list[str]:
    """Give what a form has filled in already."""
    first = field.options[0][0] if field.kind == "choice" and field.options else ""
    return field.filled_in(process.in_force().zone) or first


def forget_jobs() -> None:
    """Remove the jobs that were queued meanwhile: all that they were for is done."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
