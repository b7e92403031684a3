"""How people are reached, pages, and the calls made for them."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from dutydesk.kernel.subjects import subject
from dutydesk.oncall.rules.notification_rules import mask
from dutydesk.oncall.rules.page_state import OPEN_STATES, PageState
from dutydesk.people.models import Engineer, Service

OPEN = ("held", "calling", "acknowledged")


class Page(models.Model):
    """A call for one person's attention about one subject, until somebody has it.

    A `bundle` is about many alarms that came at once; they are its `bundled`. `aimed_at` is who
    was to be called first; nobody, if it was held. `duties`: whom to call instead of whom the
    process says, in this order; empty: as it says. `only`: nobody else is called, since it is that
    person's rehearsal.

    `acknowledged_at`: since when whoever has it has it; `first_acknowledged_at`: when anybody said
    first that they do, for good. `answered_at`: when whoever has it said so last, and
    `answered_duties`: what `duties` were then. `news_at`: since when something new is wrong in it
    that nobody has answered; what they put off by `snoozed_until` holds again once that is over.
    """

    class State(models.TextChoices):
        """Where it stands."""

        HELD = "held"
        CALLING = "calling"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"

    subject = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    anyway = models.BooleanField(default=False)
    duties = models.JSONField(default=list)
    thread_key = models.CharField(max_length=120)
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL)
    aimed_at = models.ForeignKey(
        Engineer, null=True, on_delete=models.SET_NULL, related_name="aimed_for"
    )
    bundle = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.CALLING)
    round = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField()
    only = models.ForeignKey(
        Engineer, null=True, on_delete=models.PROTECT, related_name="rehearsals"
    )
    held_until = models.DateTimeField(null=True)
    called = models.ForeignKey(
        Engineer, null=True, on_delete=models.PROTECT, related_name="called_for"
    )
    acknowledged_by = models.ForeignKey(
        Engineer, null=True, on_delete=models.PROTECT, related_name="acknowledged"
    )
    acknowledged_at = models.DateTimeField(null=True)
    first_acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_duties = models.JSONField(default=list, db_default=[])
    snoozed_until = models.DateTimeField(null=True)
    news_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """One open page for each subject; a thread's pages are found fast."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"], name="one_open_page", condition=~Q(state="resolved")
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["raised_at"], name="page_open", condition=~Q(state="resolved")),
            models.Index(fields=["raised_at"], name="page_by_time"),
            models.Index(fields=["thread_key"], name="page_by_thread"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("page", self.pk)

    @property
    def put_off_until(self) -> datetime | None:
        """Give until when whoever has it put it off; None if they are asked before, or did not."""
        waits = self.state == self.State.ACKNOWLEDGED and self.news_at is None
        return self.snoozed_until if waits else None

    @property
    def standing(self) -> PageState:
        """Say whether it is held, calls somebody, or somebody has it; none if it is over."""
        return OPEN_STATES.get(self.state, "none")


class PageItem(models.Model):
    """One alarm's place in a bundle.

    `duties`: whom it calls, as a page's. `since`: when somebody was last called for what is wrong
    in it.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="bundled")
    subject = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    service = models.ForeignKey(Service, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    duties = models.JSONField(default=list, db_default=[])
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """A subject is in one bundle at a time; the newest are counted fast."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"], name="one_bundle", condition=Q(settled_at=None)
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["page", "at"], name="bundled_by_page"),
        ]


class Call(models.Model):
    """One person was called for a page, once. `skipped`: nothing reaches them, so they were not.

    `duties`: what the page's were then.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="calls")
    engineer = models.ForeignKey(Engineer, on_delete=models.PROTECT)
    round = models.PositiveIntegerField()
    at = models.DateTimeField()
    skipped = models.BooleanField(default=False)
    duties = models.JSONField(default=list, db_default=[])

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar = ["id"]


class ContactMethod(models.Model):
    """One of the contact methods by which a person wants to be reached. `address` is a secret.

    It is “chat”, an e-mail address, or an address of Apprise's; `kind` says which. `delay` is in
    minutes after the call. Until it is verified it is not relied on.
    """

    engineer = models.ForeignKey(Engineer, on_delete=models.CASCADE, related_name="contact_methods")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    address = models.TextField()
    delay = models.PositiveSmallIntegerField(default=0)
    order = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    code = models.CharField(max_length=6, blank=True)
    tested_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failing_why = models.CharField(max_length=200, blank=True)

    class Meta:
        """In each person's own order."""

        ordering: ClassVar = ["engineer", "order", "id"]

    @property
    def masked(self) -> str:
        """Give as much of the address as may be shown."""
        return mask(self.address)
