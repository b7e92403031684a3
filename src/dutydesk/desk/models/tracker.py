"""What is kept of a tracker elsewhere besides its issues."""

from django.db import models


class TrackerDelivery(models.Model):
    """A word of the tracker's that was taken, so that it is taken once."""

    key = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField(db_index=True)


class TrackerState(models.Model):
    """What is known of the tracker: its template, and up to when its issues were read."""

    name = models.CharField(max_length=200, unique=True)
    template = models.JSONField(default=dict)
    template_at = models.DateTimeField(null=True)
    read_until = models.DateTimeField(null=True)
