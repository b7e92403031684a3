"""Postmortems."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from dutydesk.desk.models import Ticket
from dutydesk.incidents.models import Incident
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer
from dutydesk.pictures.models import Picture

WRITES_FOR = timedelta(seconds=30)
"""For so long after somebody typed they are shown as writing."""


class Postmortem(models.Model):
    """The review of one incident. Its timeline is the journal; only what people add is here.

    `by_hand`: somebody opened it, though the incident was of no high priority. `withdrawn_at`: it
    has words, and there is nothing to review any more.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="postmortem")
    opened_at = models.DateTimeField()
    by_hand = models.BooleanField(default=False, db_default=False)
    withdrawn_at = models.DateTimeField(null=True)
    session_at = models.DateTimeField(null=True)
    notes = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-opened_at", "-id"]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("postmortem", self.pk)

    @property
    def published(self) -> bool:
        """Say whether it can be read as it was published last."""
        newest = self.publications.order_by("-number").first()
        return newest is not None and newest.withdrawn_at is None


class Passage(models.Model):
    """Words of a postmortem that people write together: a section, or what is said of an entry.

    `key`: a section's id, or `note` or `factor` and, behind a full stop, the key of an entry of the
    timeline. `version` counts every change; `by` made the last one.
    """

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="passages")
    key = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        """Each once."""

        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postmortem", "key"], name="passage_once")
        ]


class PassageVersion(models.Model):
    """What a passage said from a moment on."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """In order."""

        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["passage", "version"], name="passage_version_once")
        ]


class Writer(models.Model):
    """Somebody who was seen to write in a passage, and when last."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="writers")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Each once."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postmortem", "key", "name"], name="writer_once")
        ]

    @property
    def gone_at(self) -> datetime:
        """Give when they are shown no more, if they don't go on."""
        return self.at + WRITES_FOR


class ReviewSession(models.Model):
    """The group session of a postmortem, as it is planned, and then who was there.

    `sequence` counts what calendars were told of it. `changed_by` planned it last.
    """

    postmortem = models.OneToOneField(Postmortem, on_delete=models.CASCADE, related_name="session")
    start = models.DateTimeField()
    end = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    invited = models.ManyToManyField(Engineer, related_name="+")
    attended = models.ManyToManyField(Engineer, related_name="+")
    changed_by = models.CharField(max_length=100)
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        """It ends later than it begins."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="session_ends_later", condition=models.Q(end__gt=models.F("start"))
            )
        ]

    @property
    def period(self) -> Period:
        """Give when it is."""
        return Period(self.start, self.end)


class Improvement(models.Model):
    """Something that is to change after an incident. Clause postmortem.improvements.

    What is not said yet is empty; `ticket` keeps the record of the work, `page_ticket`
    asks for a page of the handbook. `why`: why it is not done
    after all.
    """

    class State(models.TextChoices):
        """Whether it is done."""

        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    postmortem = models.ForeignKey(
        Postmortem, on_delete=models.CASCADE, related_name="improvements"
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=200, blank=True)
    priority = models.CharField(max_length=6, choices=Incident.Priority, blank=True)
    owner = models.ForeignKey(
        Engineer, null=True, on_delete=models.SET_NULL, related_name="improvements"
    )
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    why = models.TextField(blank=True)
    ticket = models.OneToOneField(
        Ticket, null=True, on_delete=models.SET_NULL, related_name="improvement"
    )
    page_ticket = models.OneToOneField(
        Ticket, null=True, on_delete=models.SET_NULL, related_name="page_of"
    )
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Those of high priority first; open ones are found fast."""

        ordering: ClassVar = ["priority", "due_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="improvement_open", condition=models.Q(state="open")
            )
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("improvement", self.pk)


class Redaction(models.Model):
    """What somebody decided about something that is not for everybody to read.

    `mark` names it without saying it. What is `kept` has a `reason`.
    """

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="redactions")
    mark = models.CharField(max_length=64)
    kept = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Each decided once; what is decided again counts."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postmortem", "mark"], name="redaction_once")
        ]


class PublishedPicture(models.Model):
    """A picture of the timeline that somebody ticked to be published; no other is."""

    postmortem = models.ForeignKey(
        Postmortem, on_delete=models.CASCADE, related_name="published_pictures"
    )
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Each once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postmortem", "picture"], name="picture_published_once")
        ]


class SignOff(models.Model):
    """Somebody's yes to a postmortem as it stood: `digest` names its words."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="sign_offs")
    role = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """The last yes of each counts."""

        ordering: ClassVar = ["at", "id"]


class Publication(models.Model):
    """A postmortem as it was published, word for word. The newest that stands is what is read."""

    postmortem = models.ForeignKey(
        Postmortem, on_delete=models.CASCADE, related_name="publications"
    )
    number = models.PositiveIntegerField()
    report = models.JSONField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["postmortem", "number"], name="publication_once")
        ]


class RepositoryFile(models.Model):
    """The file of a postmortem in the repository that the process names, as it is to be there.

    `version` is that of the publication that it holds; 0: it is to be gone. `key` is the outbox
    message that says so last, of `count`. `reference`: the commit in which it is, if it is known.
    `link`: where one sees it, or the pull request that asks for it. `account`: who is told.
    `pull`: how that pull request stood when it was looked at last, at `pull_at`.
    """

    class State(models.TextChoices):
        """Whether it is so."""

        OWED = "owed"
        DONE = "done"
        REFUSED = "refused"

    class Pull(models.TextChoices):
        """What became of the pull request; `held`: closed, and the file is as it is to be."""

        OPEN = "open"
        MERGED = "merged"
        CLOSED = "closed"
        HELD = "held"

    postmortem = models.OneToOneField(
        Postmortem, on_delete=models.CASCADE, related_name="repository_file"
    )
    url = models.CharField(max_length=500)
    branch = models.CharField(max_length=200)
    path = models.TextField()
    how = models.CharField(max_length=20)
    secret = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField()
    key = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.OWED)
    reason = models.TextField(blank=True)
    reference = models.CharField(max_length=64, blank=True)
    link = models.TextField(blank=True)
    by = models.CharField(max_length=100)
    account = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    pull = models.CharField(max_length=8, choices=Pull, blank=True)
    pull_at = models.DateTimeField(null=True)

    class Meta:
        """The refused ones are found fast, and those that are owed, and open pull requests."""

        indexes: ClassVar = [
            models.Index(
                fields=["pull_at"],
                name="repository_file_pull_open",
                condition=models.Q(pull="open"),
            ),
            models.Index(
                fields=["at"],
                name="repository_file_not_there",
                condition=models.Q(state__in=["owed", "refused"]),
            ),
        ]
