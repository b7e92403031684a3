"""Alarms, their alerts, what silences them, and the keys that monitoring systems post with."""

import re
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value

from dutydesk.alarms.rules.alert_state import AlertState
from dutydesk.alarms.rules.beat_schedule import BeatSchedule
from dutydesk.alarms.rules.notifications import AT_END, runbook_of, title_of
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.page_details import besides, links_of
from dutydesk.alarms.rules.silence_matchers import Matcher
from dutydesk.alarms.rules.tellers import TOLD_ONCE
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service


class IntegrationKey(models.Model):
    """Lets one system post what its key is for. Only the key's hash is kept.

    Once it is rotated, the secret before opens until `old_until` too. `refused_since`: when the
    team was told that what is posted with it is refused; null while all is well.
    """

    class Opens(models.TextChoices):
        """What a key lets its system post."""

        ALERTS = "alerts"
        DEPLOYS = "deploys"

    name = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    old_digest = models.CharField(max_length=64, unique=True, null=True)
    old_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    refused_since = models.DateTimeField(null=True)
    opens = models.CharField(
        max_length=10, choices=Opens, default=Opens.ALERTS, db_default=Opens.ALERTS
    )

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]


class Heartbeat(models.Model):
    """A ping that is expected by its schedule; one that stays away `grace` longer is an alarm.

    `every`, or `cron` in `zone`: its schedule. `due_at`: by when the next must be here; null until
    the first, and while it is paused. `missing_since`: when its alarm was raised; null while all
    is well. `failure`: how its job failed, if that raised it. `started_at`: when the run under way
    began; `took`: how long the last one lasted. `word`: what its job sent along last.
    """

    name = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    every = models.DurationField(null=True)
    cron = models.CharField(max_length=100, blank=True, db_default="")
    zone = models.CharField(max_length=60, blank=True, db_default="")
    grace = models.DurationField()
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL)
    severity = models.CharField(max_length=4, choices=[("high", "high"), ("low", "low")])
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    last_seen = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    missing_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=100, blank=True, db_default="")
    started_at = models.DateTimeField(null=True)
    took = models.DurationField(null=True)
    word = models.TextField(blank=True, db_default="")

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="heartbeat_has_one_schedule",
                condition=Q(every__isnull=False, cron="") | Q(every=None) & ~Q(cron=""),
            )
        ]

    def __str__(self) -> str:
        """Give the heartbeat's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give it as a subject; what its alarm is known by, too."""
        return subject("heartbeat", self.pk)

    @property
    def schedule(self) -> BeatSchedule:
        """Give when its pings are expected."""
        return BeatSchedule(self.every, self.cron, self.zone)

    @property
    def state(self) -> str:
        """Say how it stands, as people see it."""
        if self.paused_at is not None:
            return "paused"
        if self.missing_since is not None:
            return "failed" if self.failure else "missing"
        if self.started_at is not None:
            return "running"
        return "arriving" if self.last_seen else "waiting"


GOES_ON = Q(firing=True) | Q(rests_until__isnull=False)
"""Alerts that fire, or flap and are quiet just now."""


class Listening(models.Model):
    """When the desk last listened for pings, one row: by its own clock, and by the machine's."""

    at = models.DateTimeField()
    real = models.DateTimeField()


class Silence(models.Model):
    """Keeps matching alerts from paging for a time, or in weekly windows of it, until lifted.

    `matchers` are [label, operator, value]; `windows` as a rotation's. `change` counts up with
    every change, so that what was passed on to Alertmanager late never undoes what came after.
    """

    matchers = models.JSONField(default=list)
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    windows = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=100, blank=True)
    lifted_at = models.DateTimeField(null=True)
    change = models.PositiveIntegerField(default=1)
    spell: Period  # The time that it quiets now or next; set by whoever lists silences.

    class Meta:
        """The latest to end first; those that may still quiet something are found fast."""

        ordering: ClassVar = ["-ends_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="silence_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["ends_at"], name="silence_kept", condition=Q(lifted_at=None)),
            models.Index(fields=["-ends_at", "-id"], name="silence_by_end"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("silence", self.pk)

    @property
    def title(self) -> str:
        """Say in one line what it quiets."""
        parts = [str(Matcher(*each)) for each in self.matchers]
        return ", ".join([self.service.name, *parts] if self.service else parts)

    @property
    def trouble(self) -> str:
        """Say why it quiets nothing: a matcher kept from before that can't be used now."""
        return next(filter(None, (Matcher(*each).trouble for each in self.matchers)), "")


class Alarm(models.Model):
    """Alerts that belong together, from the first firing until all of them are resolved.

    `group_key` is the sender's, after its integration key's number. `title`, `severity`, `service`,
    `runbook`, `description`, and what its route says (`channel`, `duties`; empty: as the process
    does) are those of the worst alert that goes on; `peak`: the highest it has been. The counts are
    of its alerts; `truncated`: so many more were left out. `incident`: the running one that has it;
    it pages again at `again_at`, since that is over. `flapped`: so often one of its alerts began
    since `flapped_since`; none fires, and it is over at `rests_until` if none begins.
    """

    class State(models.TextChoices):
        """Whether any of its alerts fires."""

        FIRING = "firing"
        RESOLVED = "resolved"

    class Severity(models.TextChoices):
        """How much it matters by what the monitoring system says."""

        HIGH = "high"
        LOW = "low"

    group_key = models.CharField(max_length=2020)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.FIRING)
    severity = models.CharField(max_length=4, choices=Severity)
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL)
    first_at = models.DateTimeField()
    told_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    times_told = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=80, blank=True)
    duties = models.JSONField(default=list)
    runbook = models.TextField(blank=True)
    description = models.TextField(blank=True)
    firing_count = models.PositiveIntegerField(default=0)
    resolved_count = models.PositiveIntegerField(default=0)
    silence = models.ForeignKey(
        Silence, null=True, on_delete=models.SET_NULL, related_name="alarms", db_index=False
    )
    silent_until = models.DateTimeField(null=True)
    peak = models.CharField(max_length=4, choices=Severity, default=Severity.LOW)
    truncated = models.PositiveIntegerField(default=0)
    incident = models.CharField(max_length=60, blank=True)
    again_at = models.DateTimeField(null=True)
    flapped = models.PositiveSmallIntegerField(default=0, db_default=0)
    flapped_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)

    class Meta:
        """One firing alarm for each group; those that an incident has are found fast."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group_key"], name="one_firing_alarm", condition=Q(state="firing")
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["severity", "-first_at", "-id"],
                name="alarm_firing",
                condition=Q(state="firing"),
            ),
            models.Index(fields=["-first_at"], name="alarm_by_time"),
            models.Index(fields=["incident"], name="alarm_taken", condition=~Q(incident="")),
            models.Index(fields=["group_key"], name="alarm_group_taken", condition=~Q(incident="")),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("alarm", self.id)

    @property
    def is_told_again(self) -> bool:
        """Say whether whoever tells of it tells again while it fires."""
        return re.match(TOLD_ONCE, self.group_key) is None

    @property
    def post_key(self) -> str:
        """Give the key of its post: one in each channel that it was worth."""
        return f"{self.about}:{self.peak}"


class Alert(models.Model):
    """One firing thing of an alarm, by its fingerprint.

    What is believed of it is `rules.alert_state.AlertState`. `service`: the first that its labels
    or route name. `called_at`: when somebody was called for this firing, or an incident had it.
    `begun`: when it began or got worse lately, in this alarm and the one before. `rests_until`: it
    flaps, is over or eased, and counts as going on as it was until then.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="alerts")
    fingerprint = models.CharField(max_length=64)
    firing = models.BooleanField()
    labels = models.JSONField()
    annotations = models.JSONField()
    source = models.TextField(blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL, db_index=False)
    starts_at = models.DateTimeField()
    latest_start = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    doubt_until = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    begun = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    rests_until = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField()

    class Meta:
        """Each fingerprint once in an alarm."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alarm", "fingerprint"], name="one_alert_each")
        ]
        indexes: ClassVar = [
            models.Index(fields=["fingerprint", "-alarm"], name="alert_by_fingerprint")
        ]

    @property
    def holds(self) -> bool:
        """Say whether it counts as high whatever it says now, since it flaps and was called for."""
        return self.rests_until is not None and self.called_at is not None

    @property
    def state(self) -> AlertState:
        """Give what is believed of it."""
        return AlertState(
            self.firing,
            self.starts_at,
            self.latest_start,
            self.ends_at,
            self.told_at,
            self.doubt_until,
        )

    def telling(self, *, ended: datetime | None = None) -> Told:
        """Give what its sender would say of it: that it fires, or that it ended then."""
        return Told(
            fingerprint=self.fingerprint,
            firing=ended is None,
            labels=self.labels,
            annotations={n: said for n, said in self.annotations.items() if n != AT_END},
            starts_at=self.starts_at if ended is None else self.latest_start,
            ends_at=ended,
            source=self.source,
        )

    @property
    def title(self) -> str:
        """Give what it is called."""
        return title_of(self.labels, self.annotations)

    @property
    def runbook(self) -> str:
        """Give the address of its runbook, if it names one that a browser can open."""
        return runbook_of(self.annotations)

    @property
    def besides(self) -> list[tuple[str, str]]:
        """Give what its sender tells besides: names and values."""
        return besides(self.labels, self.annotations, self.source)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Give where its sender shows it: what each is called, and its address."""
        return links_of(self.annotations, self.source)
