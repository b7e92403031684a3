"""Reading who there is from a YAML file."""

import re
import unicodedata
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.process.rules.yaml_text import NotYaml, read_yaml

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets.
# What browsers take, https://html.spec.whatwg.org/#valid-e-mail-address, with a dot in the domain.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Marks without ink or width; joiners belong to words of some scripts, and to none of Latin letters.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]|(?<=[A-Za-z])[\u200c\u200d]")
_WIDTHLESS = ("Cc", "Cf", "Zl", "Zp")
_EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")


def email_address(value: str) -> str:
    """Give an address in the one form that stands for all its spellings; ValueError for others.

    Case, letters of another width, and an international domain are spellings.
    """
    plain = unicodedata.normalize("NFKC", value).strip().lower()
    before, _, after = plain.rpartition("@")
    try:
        domain = after.encode("idna").decode() if after.strip(".") else ""
    except UnicodeError:
        domain = ""
    found = f"{before}@{domain}"
    if len(found) > LONGEST_EMAIL or not _EMAIL.fullmatch(found):
        raise ValueError("is not an e-mail address")
    return found


def _line(value: str) -> str:
    if not bounds.is_line(value):
        raise ValueError("holds a character that can't be seen or stored")
    return value


def _called(value: str) -> str:
    """Give somebody's name in the one form that stands for all codings that look the same."""
    found = unicodedata.normalize("NFC", _UNSEEN.sub("", value)).strip()
    if bounds.is_blank(found):
        raise ValueError("holds nothing that can be seen")
    if alike(found) in _OF_THE_DESK:
        raise ValueError("is what the desk calls itself")
    return found


def alike(name: str) -> str:
    """Give what all names have in common that look like this one, or are read out like it."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        one for one in letters if not one.isspace() and unicodedata.category(one) not in _WIDTHLESS
    )


# Whom the record names where nobody did it.
_OF_THE_DESK = frozenset(map(alike, ("Duty Desk", "The desk", "Whoever runs the desk")))


def channel_name(value: str) -> str:
    """Give the name of a channel; ValueError if it is none."""
    if not value.startswith("#") or len(value) < 2 or any(map(str.isspace, value)):
        raise ValueError("is not a channel; write it like “#team-a”")
    return value


def web_address(value: str) -> str:
    """Give an address of HTTP, or nothing; ValueError if it is none."""
    if not value:
        return value
    wrong = "is not an address; write it like “https://visits.example.org/maintenance”"
    try:
        parts = urlsplit(value)
        known = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError as error:
        raise ValueError(wrong) from error
    if not known or parts.username or any(letter.isspace() for letter in value):
        raise ValueError(wrong)
    return value


Email = Annotated[str, AfterValidator(email_address)]
Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_line)]
PersonName = Annotated[Name, AfterValidator(_called)]
MOST_ROWS = 1_000


_T = TypeVar("_T")
Rows = Annotated[tuple[_T, ...], Field(max_length=MOST_ROWS)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _skills(values: tuple[str, ...]) -> tuple[str, ...]:
    """Give each skill once, whatever its case, as it was written first."""
    first: dict[str, str] = {}
    for one in values:
        first.setdefault(one.casefold(), one)
    return tuple(first.values())


MOST_SKILLS = 20
SkillName = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_line)]
Skills = Annotated[tuple[SkillName, ...], Field(max_length=MOST_SKILLS), AfterValidator(_skills)]


class SkillsRow(_Row):
    """What somebody can be asked for."""

    skills: Skills = ()


class EngineerRow(_Row):
    """Somebody on the platform team. Without `skills` those that they have stay."""

    name: PersonName
    email: Email
    skills: Skills | None = None


class PersonRow(_Row):
    """What somebody calls themselves."""

    name: PersonName


class ServiceRow(_Row):
    """Something that users depend on."""

    name: Name
    user_facing: bool = True
    page_anyway: bool = False


class WebhookRow(_Row):
    """An address that is told of a service's maintenance; empty for none."""

    address: Annotated[str, Field(max_length=500), AfterValidator(web_address)] = ""


class TeamRow(_Row):
    """A user team, with its channel and its services."""

    name: Name
    channel: Annotated[
        str, Field(max_length=80), AfterValidator(_line), AfterValidator(channel_name)
    ]
    services: Rows[ServiceRow] = ()


class NameRow(_Row):
    """What something is called."""

    name: Name


class ContactRow(_Row):
    """Somebody who carries the news to senior leadership."""

    name: Name
    email: Email


class PeopleFile(_Row):
    """The whole file. `services` are the platform's own."""

    engineers: Rows[EngineerRow] = ()
    teams: Rows[TeamRow] = ()
    services: Rows[ServiceRow] = ()
    leadership: Rows[ContactRow] = ()


_MOST_TOLD = 20


class BrokenPeopleFile(Refused):
    """The file can't be read; nothing of it was taken."""


_R = TypeVar("_R", bound=_Row)


def read_row(kind: type[_R], **values: object) -> _R:
    """Read one row that somebody filled in, or refuse with what is wrong in it."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise BrokenPeopleFile(_told(error), "Mend it and try again.") from error


def _told(error: ValidationError) -> str:
    told = []
    for problem in error.errors(include_url=False)[:_MOST_TOLD]:
        where = ".".join(str(part) for part in problem["loc"])
        told.append(f"{where}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(told) + "."


def read_people(text: str) -> PeopleFile:
    """Read the file, or refuse with every mistake in it and where it is."""
    try:
        return PeopleFile.model_validate(read_yaml(text) or {})
    except NotYaml as error:
        raise BrokenPeopleFile(f"Line {error.line}: {error.reason}", error.remedy) from error
    except ValidationError as error:
        raise BrokenPeopleFile(
            f"The file has mistakes: {_told(error)}", "Mend them; nothing was changed."
        ) from error


def counted(counts: dict[str, int]) -> str:
    """Tell how many of each there are: “1 engineer, 2 teams”."""
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items())
