"""Repositories of the handbook as they were last read, their pages, and the pages' pictures."""

from datetime import date
from typing import ClassVar
from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Lower

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.subjects import subject


class HandbookRepository(models.Model):
    """A repository that the process file names, by its name there.

    `origin`: where it was read from; what is named otherwise meanwhile is read anew. `commit`: at
    which its pages stand, from `committed_at`. `looked_at`: when it was last found to stand there.
    `next_at`: when it is looked at again; somebody who looks moves it on first. `trouble`: why it
    can't be read now, since when, and what to do; `tries`: how often in a row.
    """

    name = models.CharField(max_length=40, unique=True)
    origin = models.JSONField(default=list)
    commit = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    trouble = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    trouble_since = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    left_out = models.JSONField(default=list)
    """What of it is not shown, and why: pairs."""

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("repository", self.pk)


class HandbookPage(models.Model):
    """One page: a file in Markdown, with what is known of it without reading it again.

    `path` is the file's in its repository. `changed_commit`: the one in which it was first found
    as it stands now; `changed_known`: somebody saw it change then, and didn't only begin to look.
    `outline`: its headings. `words`: what it says, without marks. `links`: where each of its
    relative links leads. `keys`: the alerts and services that it is for. `notes`: what of it is
    not shown, and why.
    """

    repository = models.ForeignKey(
        HandbookRepository, on_delete=models.CASCADE, related_name="pages"
    )
    path = models.CharField(max_length=500)
    folder = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    outline = models.TextField(blank=True)
    words = models.TextField(blank=True)
    blob = models.CharField(max_length=64)
    changed_commit = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    changed_known = models.BooleanField(default=False)
    links = models.JSONField(default=dict)
    broken = models.PositiveIntegerField(default=0)
    keys = ArrayField(models.CharField(max_length=200), default=list)
    notes = models.JSONField(default=list)
    reviewed_on = models.DateField(null=True)
    review_by = models.DateField(null=True)
    vector = models.GeneratedField(
        expression=Func(F("title"), F("outline"), F("words"), function="handbook_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        """Each path once; found by its words, by what it is for, and by its title."""

        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["repository", "path"], name="handbook_page_once")
        ]
        indexes: ClassVar = [
            GinIndex(fields=["vector"], name="handbook_page_words", fastupdate=False),
            GinIndex(fields=["keys"], name="handbook_page_keys"),
            models.Index(fields=["repository", "folder"], name="handbook_page_folder"),
            models.Index(Lower("path"), name="handbook_page_any_case"),
            models.Index(
                fields=["review_by"],
                name="handbook_page_review",
                condition=models.Q(review_by__isnull=False),
            ),
        ]

    @property
    def address(self) -> str:
        """Give the path of its screen."""
        return path_to("handbook-page", self.repository.name, quote(self.path))

    def overdue(self, on: date) -> bool:
        """Say whether it should have been looked through by that day."""
        return self.review_by is not None and self.review_by < on


class HandbookPicture(models.Model):
    """A picture that some page shows. `kind`: the type with which it is given out."""

    repository = models.ForeignKey(
        HandbookRepository, on_delete=models.CASCADE, related_name="pictures"
    )
    path = models.CharField(max_length=500)
    blob = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    data = models.BinaryField()

    class Meta:
        """Each path once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["repository", "path"], name="handbook_picture_once")
        ]
