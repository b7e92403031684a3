"""Who is told what the status page says: by e-mail, or in a channel of the chat."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from dutydesk.chat.models import Channel
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service


class Subscription(models.Model):
    """An address that wants to be told; of everything, or of what concerns its services.

    Nothing goes there but the question whether it wants to, until it said yes (`confirmed_at`).
    """

    email = models.EmailField()
    everything = models.BooleanField(default=True)
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """One address, one subscription, whatever its case."""

        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_subscription_per_address")
        ]

    @property
    def about(self) -> str:
        """Give it as a subject."""
        return subject("subscription", self.pk)


class ChannelSubscription(models.Model):
    """A channel whose team wants to be told; of everything, or of what concerns these services."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="+")
    everything = models.BooleanField(default=True)
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    @property
    def about(self) -> str:
        """Give it as a subject."""
        return subject("channel-subscription", self.pk)
