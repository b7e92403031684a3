"""When a heartbeat's next ping is expected: after a length of time, or by a cron expression."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from cronsim.explain import explain

from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.refusals import Refused

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=366)
EARLY = timedelta(minutes=1)
"""So much before its time by a crontab a ping may come, at most."""
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - any will do to see whether it ever comes


@dataclass(frozen=True, slots=True)
class BeatSchedule:
    """A ping each `every`, or whenever `cron` says in `zone`."""

    every: timedelta | None = None
    cron: str = ""
    zone: str = ""

    def after(self, moment: datetime) -> datetime:
        """Give when the next ping is expected after one at `moment`.

        As Debian's cron does it where clocks change: what would run in the hour that is left out
        runs right after, and what runs in the hour that comes twice runs once.
        """
        if self.every is not None:
            return moment + self.every
        return next(CronSim(self.cron, moment.astimezone(ZoneInfo(self.zone)))).astimezone(
            moment.tzinfo
        )

    def after_ping(self, moment: datetime, grace: timedelta) -> datetime:
        """Give when the next ping is expected after one that came at `moment`.

        One that came a little before its time by `cron` is the one of that time: machines' clocks
        differ. `grace`: how late it may be, and it may be no earlier than that.
        """
        first = self.after(moment)
        if self.every is not None:
            return first
        second = self.after(first)
        early = min(grace, EARLY, (second - first) / 2)
        return second if first - moment <= early else first

    def __str__(self) -> str:
        """Say it in words: “every 10 minutes”, “At 02:30 every day (Europe/London)”."""
        if self.every is not None:
            return f"every {write_duration(self.every)}"
        return f"{explain(self.cron)} ({self.zone})"


def read_cron(text: str) -> str:
    """Give a cron expression of five fields, one blank between them. Raises Refused."""
    cron = " ".join(text.split())
    try:
        if len(cron.split(" ")) != 5:
            raise CronSimError("It has five parts")
        next(CronSim(cron, _SOME_DAY))
    except CronSimError as error:
        raise Refused(
            f"“{cron[:60]}” is no cron expression: {str(error)[:1].lower()}{str(error)[1:]}.",
            "Write minute, hour, day, month and day of week, like “30 2 * * *”.",
        ) from error
    except StopIteration as error:
        raise Refused(f"“{cron[:60]}” never comes.", "Choose days that there are.") from error
    return cron
