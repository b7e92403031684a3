"""Questions and tickets."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.fields.json import KeyTextTransform

from dutydesk.chat.models import Post
from dutydesk.chat.rules import REMOVED, title_of
from dutydesk.desk.models.holders import UNTAKEN as UNTAKEN
from dutydesk.desk.models.holders import name_of
from dutydesk.desk.models.imports import ImportedRequests as ImportedRequests
from dutydesk.desk.models.tracker import TrackerDelivery as TrackerDelivery
from dutydesk.desk.models.tracker import TrackerState as TrackerState
from dutydesk.desk.rules.questions import announces
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Account, Engineer


class Questions(models.Manager["Question"]):
    """Reads questions with what their askers said in further posts, in the same statement."""

    def get_queryset(self) -> models.QuerySet["Question"]:
        """Give all of them."""
        joined = FurtherPost.objects.filter(question=OuterRef("pk"), post__removed_at=None)
        said = joined.order_by("post").values_list(KeyTextTransform("body", "post__message"))
        return super().get_queryset().annotate(further=ArraySubquery(said))


class Question(models.Model):
    """What a user asks in the ask channel, with its thread.

    `who` names the asker for good, as a post's `written_by` does, with or without an account.
    `unanswered_since`: when its asker said what nobody has answered yet, first or after an answer;
    none while it only waits for another question.
    `parted_from`: the question whose further post it was before.
    `quick_left`: how much of the quick limit was left when it began to wait for its asker.
    `burst`: the post that offers an incident because of it and others that look like it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open"
        ANSWERED = "answered"
        WAITING = "waiting"
        SOLVED = "solved"
        WITHDRAWN = "withdrawn"

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="question")
    asker = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL)
    who = models.CharField(max_length=100, default="")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    engineer = models.ForeignKey(Engineer, null=True, on_delete=models.SET_NULL)
    answered_at = models.DateTimeField(null=True)
    unanswered_since = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    quick_left = models.DurationField(null=True)
    solved_at = models.DateTimeField(null=True)
    solved_by = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=20, blank=True, default="")
    happiness = models.PositiveSmallIntegerField(null=True)
    happiness_at = models.DateTimeField(null=True)
    happiness_asked_at = models.DateTimeField(null=True)
    happiness_line = models.TextField(blank=True, default="")
    burst = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    parted_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = Questions()

    class Meta:
        """Open ones are found fast; a score is from 1 to 5."""

        constraints: ClassVar = [
            models.CheckConstraint(
                name="happiness_1_to_5",
                condition=Q(happiness=None) | Q(happiness__gte=1, happiness__lte=5),
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                name="question_not_over",
                condition=~Q(state__in=["solved", "withdrawn"]),
            ),
            models.Index(fields=["asked_at"], name="question_by_time"),
            models.Index(fields=["happiness_at"], name="question_happiness"),
            models.Index(fields=["asker", "happiness_asked_at"], name="question_asked_how"),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("question", self.pk)

    @property
    def texts(self) -> list[str]:
        """Give what its asker said in the posts that it is made of, first things first."""
        if (further := getattr(self, "further", None)) is None:
            further = vars(Question.objects.get(pk=self.pk))["further"]
        first = () if self.post.removed_at is not None else (self.post.words.body,)
        return [*first, *further]

    @property
    def asked(self) -> str:
        """Give all that was asked, as one text."""
        return "\n".join(self.texts)

    @property
    def title(self) -> str:
        """Give the first words of what was asked."""
        return self.titled(119)

    def titled(self, longest: int) -> str:
        """Give these, cut at so many characters; what only says that a question follows is left."""
        whole = "\n".join([one for one in self.texts if not announces(one)] or self.texts)
        return title_of(whole, longest) or whole.strip()[:longest].partition("\n")[0] or REMOVED

    @property
    def has_it(self) -> str:
        """Name who of the team has it; empty if nobody does."""
        return name_of(self.engineer)

    @property
    def over(self) -> bool:
        """Say whether nobody owes it anything any more."""
        return self.state in (Question.State.SOLVED, Question.State.WITHDRAWN)

    @property
    def follows(self) -> "Question | None":
        """Give the question that it waits for, since it is the same and that is still open."""
        joined: Duplicate | None = None if self.over else getattr(self, "duplicate", None)
        return None if joined is None or joined.original.over else joined.original

    @property
    def kept_in(self) -> "Ticket | None":
        """Give the ticket that keeps its record; not one that is lost."""
        ticket: Ticket | None = getattr(self, "ticket", None)
        return None if ticket is None or ticket.lost else ticket

    @property
    def waits_since(self) -> datetime:
        """Give since when whoever it waits for has let it wait."""
        return self.waiting_since or self.unanswered_since or self.asked_at

    @property
    def similar(self) -> models.QuerySet["PastAnswer"]:
        """Give the past answers that were likely when it was asked."""
        return self.past_answers.select_related("past__post")

    @property
    def same(self) -> list["Question"]:
        """Give the question that it is the same as, or those that are the same as it."""
        asked = Question.objects.select_related("post").order_by("pk")
        return list(asked.filter(Q(duplicates__question=self) | Q(duplicate__original=self)))


OVER = (Question.State.SOLVED, Question.State.WITHDRAWN)


class FurtherPost(models.Model):
    """A further post of the asker's, moments later in the channel, that belongs to a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="joined")
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="joins")


class TicketRows(models.QuerySet["Ticket"]):
    """Tickets, as they are asked for."""

    def kept(self) -> "Ticket | None":
        """Give the newest of these that keeps its record; not one that is lost, or was replaced."""
        going = (one for one in self.order_by("-pk") if not one.lost)
        return next((one for one in going if not one.there.get("replaced")), None)


class Ticket(models.Model):
    """The record of longer work. Clause ask.ticket-record.

    `post` begins the thread that it was raised from; `assigned` names who has it in the tracker, if
    that is nobody of the team. `number`, `node` and `url` are the tracker's; `there` is what the
    tracker is known to say of it; `behind`: something is still owed to the tracker.
    """

    question = models.OneToOneField(
        Question, null=True, on_delete=models.SET_NULL, related_name="ticket"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="tickets")
    title = models.CharField(max_length=200)
    body = models.TextField()
    label = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    column_before = models.CharField(max_length=60, blank=True, default="", db_default="")
    asked_by = models.CharField(max_length=100)
    raised_by = models.CharField(max_length=100)
    raised_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    engineer = models.ForeignKey(Engineer, null=True, on_delete=models.SET_NULL, related_name="+")
    assigned = models.CharField(max_length=100, blank=True, default="", db_default="")
    number = models.PositiveBigIntegerField(null=True)
    node = models.CharField(max_length=100, blank=True, default="", db_default="")
    url = models.CharField(max_length=300, blank=True, default="", db_default="")
    there = models.JSONField(default=dict, db_default={})
    behind = models.BooleanField(default=False, db_default=False)

    objects = TicketRows.as_manager()

    class Meta:
        """Read by column; the tracker's are found by what it calls them, each once."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node"], name="ticket_of_node", condition=~Q(node=""))
        ]
        indexes: ClassVar = [
            models.Index(fields=["column", "-id"], name="ticket_on_board"),
            models.Index(fields=["id"], name="ticket_behind", condition=Q(behind=True)),
        ]

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("ticket", self.pk)

    @property
    def lost(self) -> bool:
        """Say whether it is gone from the tracker, or left where tickets were kept before."""
        return bool(self.there.get("gone") or self.there.get("left"))

    @property
    def called(self) -> str:
        """Give what people call it: its number in the tracker, or ours."""
        return f"#{self.number or self.pk}"

    @property
    def has_it(self) -> str:
        """Name who works on it, or did until it was closed; empty if nobody does."""
        return name_of(self.engineer, over=self.closed_at is not None) or self.assigned


class TicketComment(models.Model):
    """What was added to a ticket: by a person, from a post that was marked, or in the tracker.

    `key` is what it comes from; `there` is its number in the tracker, where it was changed at
    `changed_at` and removed by `removed_at`.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    key = models.CharField(max_length=100, unique=True)
    post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.CharField(max_length=100)
    body = models.TextField()
    at = models.DateTimeField()
    there = models.CharField(max_length=40, blank=True, default="", db_default="")
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """In order."""

        ordering: ClassVar = ["at", "id"]


class SearchDocument(models.Model):
    """What can be found: one for each question with its thread, ticket with its record, incident.

    The database keeps it (see the migrations), by the `number` of what it tells of. A question's
    `body` is empty: its posts are read where they are. `solved` is null where it means nothing.
    """

    kind = models.CharField(max_length=20)
    number = models.BigIntegerField()
    channel = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    solved = models.BooleanField(null=True)
    title = models.TextField()
    body = models.TextField(blank=True)
    vector = SearchVectorField()

    class Meta:
        """Found by its words, which go straight into the index: no search waits for a vacuum."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="document_once")
        ]
        indexes: ClassVar = [
            GinIndex(fields=["vector"], name="document_words", fastupdate=False),
            models.Index(fields=["-at"], name="document_newest"),
        ]


class PastAnswer(models.Model):
    """An earlier question whose answer was offered for a new one, and whether it helped."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="past_answers")
    past = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    likeness = models.FloatField()
    offered_at = models.DateTimeField()
    helped_at = models.DateTimeField(null=True)

    class Meta:
        """Each once; the likeliest first; those offered in a time are counted fast."""

        ordering: ClassVar = ["-likeness", "-past_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "past"], name="past_answer_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["offered_at"], name="past_answer_by_time", include=["question", "helped_at"]
            )
        ]


class Duplicate(models.Model):
    """A question that an engineer found to be the same as an earlier one, `original`."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="duplicate")
    original = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="duplicates")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """Oldest first; none is its own."""

        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="duplicate_of_another", condition=~Q(question=models.F("original"))
            )
        ]
