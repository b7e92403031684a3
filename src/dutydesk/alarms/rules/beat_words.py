"""What the alarm about a heartbeat says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.kernel.durations import write_duration

MOST_TOLD = 1_000
"""Characters of what a failed job sent along that its alarm shows."""


@dataclass(frozen=True, slots=True)
class BeatStory:
    """What is known of a heartbeat whose alarm is raised; times are the team's."""

    name: str
    schedule: str
    grace: timedelta
    last_seen: datetime | None
    started_at: datetime | None
    failure: str
    word: str

    @property
    def alert_name(self) -> str:
        """Give the label by which silences and routes know it."""
        return "HeartbeatFailed" if self.failure else "HeartbeatMissing"

    @property
    def summary(self) -> str:
        """Say it in one line."""
        return f"{self.name} failed" if self.failure else f"{self.name} has stopped pinging"

    @property
    def description(self) -> str:
        """Say what happened, what was expected, and what the job sent along."""
        parts = [self.failure]
        if self.failure and self.started_at:
            parts.append(f"It began on {_moment(self.started_at)}.")
        if self.last_seen:
            parts.append(f"The last ping came on {_moment(self.last_seen)}.")
        parts.append(
            f"One is expected {self.schedule}, and may be {write_duration(self.grace)} late."
        )
        told = " ".join(filter(None, parts))
        return f"{told}\n\n{self.word[-MOST_TOLD:]}" if self.failure and self.word else told


def _moment(at: datetime) -> str:
    return f"{at:%a %d %b at %H:%M:%S %Z}"
