"""Pictures, and apart from them what is in them."""

from typing import ClassVar

from django.db import models

from dutydesk.kernel.addresses import path_to


class Picture(models.Model):
    """A picture that belongs to one thing that somebody wrote, which leads to it.

    Its size is in points. `description` says what is to be seen in it, for who doesn't see it.
    """

    kind = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    description = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were added."""

        ordering: ClassVar = ["id"]

    @property
    def address(self) -> str:
        """Give the path under which it is seen."""
        return path_to("picture", self.pk)


class PictureData(models.Model):
    """What is in a picture: apart, so that nobody reads it who only wants to know of it."""

    picture = models.OneToOneField(
        Picture, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    data = models.BinaryField()
