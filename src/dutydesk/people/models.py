"""Who there is: accounts to sign in with, and the people and teams that the process names."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify

from dutydesk.kernel.subjects import subject


class AccountManager(BaseUserManager["Account"]):
    """Makes and finds accounts by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Find the account that signs in with this address."""
        return self.get(email__iexact=username)

    def create_user(
        self, *, email: str, name: str, password: str | None = None, administrator: bool = False
    ) -> "Account":
        """Make an account; without a password nobody can sign in with one."""
        account = self.model(email=email.strip().lower(), name=name, is_administrator=administrator)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A sign-in: an engineer's, or a user's of the platform.

    `is_active` says whether it opens anything: not once it was closed (`closed_at`), nor while the
    engineer whose it is has left. `zone`: in which they read times; empty for the team's.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    is_administrator = models.BooleanField(default=False)
    zone = models.CharField(max_length=50, blank=True, default="", db_default="")
    team = models.ForeignKey(
        "Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        """One address, one account, whatever its case."""

        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address")
        ]

    def __str__(self) -> str:
        """Give the person's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give it as a subject."""
        return subject("account", self.pk)

    @property
    def is_engineer(self) -> bool:
        """Say whether this is somebody on the platform team who has not left."""
        engineer = Engineer.objects.filter(account=self).first()
        return engineer is not None and engineer.active


class Identity(models.Model):
    """Somebody in a chat outside, such as `slack:T024BE7LD:U012AB3CD`, and whose account it is.

    Without an account they are somebody whom only that chat knows. `looked_at`: when that chat
    last said who they are; `offered_at`: when they were last asked to connect.
    """

    outside = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="identities"
    )
    looked_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Give the name that they have there."""
        return self.name


class Invitation(models.Model):
    """A link that makes the account of one address, once. Only its hash is kept.

    With an `account` it sets a new password for that one instead. Whoever opens it acts for
    `engineer` and for nobody else, and is an administrator only with `administrator`. The first
    one of a desk has no address.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    administrator = models.BooleanField(default=False)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    engineer = models.ForeignKey("Engineer", null=True, on_delete=models.CASCADE, related_name="+")


class SecretAddress(models.Model):
    """An address that gives something to whoever knows it; only its hash is kept.

    It stands while whoever made it (`maker`) may come in.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    maker = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Each kind has a table of its own."""

        abstract = True

    @property
    def stands(self) -> bool:
        """Say whether it is to be read: not while somebody whose it is has no way in."""
        return self.revoked_at is None and (self.maker is None or self.maker.is_active)


class Session(models.Model):
    """A browser that somebody is signed in with. Of its key only the hash is kept."""

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="sessions"
    )


class Attempt(models.Model):
    """A try at a password that was wrong, or is being looked at; `key` is what it counts for."""

    key = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Counted by key, from a moment on."""

        indexes: ClassVar = [
            models.Index(fields=["key", "at"], name="attempt_by_key"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]


class Engineer(models.Model):
    """Somebody on the platform team.

    `called_for_incidents`: they agreed to be called when somebody asks for them in an incident,
    also outside their turn. They take turns from `joins_at` on and until `leaves_at`, if that is
    known ahead.
    """

    name = models.CharField(max_length=100, unique=True)
    email = models.EmailField(unique=True)
    account = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="engineer"
    )
    active = models.BooleanField(default=True)
    called_for_incidents = models.BooleanField(default=False, db_default=False)
    joins_at = models.DateTimeField(null=True)
    leaves_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the engineer's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give them as a subject."""
        return subject("engineer", self.pk)

    @property
    def present(self) -> bool:
        """Say whether links that were made for them open anything: not once they are out."""
        return self.active and (self.account is None or self.account.is_active)


class Skill(models.Model):
    """Something that an engineer can be asked for: “Kafka”."""

    engineer = models.ForeignKey(Engineer, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(max_length=40)

    class Meta:
        """In the order of their names; nobody has one twice, whatever its case."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint("engineer", Lower("name"), name="one_skill_of_a_name")
        ]

    def __str__(self) -> str:
        """Give the skill's name."""
        return self.name


class Team(models.Model):
    """A user team that the platform serves, and the channel where it is reached."""

    name = models.CharField(max_length=100, unique=True)
    channel = models.CharField(max_length=100)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the team's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give it as a subject."""
        return subject("team", self.pk)


class Service(models.Model):
    """Something that users depend on; without a team it is the platform's own.

    `slug` names it in addresses and never changes. `webhook` is told of its maintenance; its
    secret is made from `webhook_salt` and the desk's key, and kept nowhere.
    """

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=50, unique=True)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    user_facing = models.BooleanField(default=True)
    page_anyway = models.BooleanField(default=False)
    webhook = models.URLField(max_length=500, blank=True)
    webhook_salt = models.CharField(max_length=64, blank=True)

    class Meta:
        """In the order of their names; one is found in any letters."""

        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(Lower("name"), name="service_any_case")]

    def __str__(self) -> str:
        """Give the service's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give its name as a subject."""
        return subject("service", self.pk)

    def save(self, *args: Any, **values: Any) -> None:
        """Keep it; a new one gets a slug that no other service has."""
        if not self.slug:
            self.slug = free_slug(self.name)
        super().save(*args, **values)


def slug_like(name: str) -> str:
    """Give a name as slugs are written, “prison-visits”; nothing of one without Latin letters."""
    return slugify(name.replace("_", " "))[:40].strip("-")


def free_slug(name: str) -> str:
    """Give a slug for that name which no service has yet: “prison-visits”, “prison-visits-2”."""
    wanted = slug_like(name) or "service"
    near = Service.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    taken, number, slug = set(near), 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


class LeadershipContact(models.Model):
    """Somebody who carries the news to senior leadership. Clause incident.comms-leaders."""

    name = models.CharField(max_length=100, unique=True)
    email = models.EmailField()

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Give the contact's name."""
        return self.name

    @property
    def about(self) -> str:
        """Give it as a subject."""
        return subject("contact", self.pk)
