"""What the process file says about the status page: who sees it, and how it looks."""

import re
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from dutydesk.process.rules.fields import Line
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

Shown = Literal["off", "sign-in", "public"]
# What writes YAML 1.1 makes false of a bare “off”.
ShownValue = Annotated[
    Shown,
    BeforeValidator(lambda value: "off" if value is False else value),
    WithJsonSchema({"enum": [*get_args(Shown), False]}),
]
Impact = Literal["degraded", "partial outage", "major outage"]
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_LOGO = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*")


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise mistake(
            f"“{brief(value)}” is not a colour.", "Write it like “#1f5fae”, and in quotes."
        )
    return value


def _logo(value: str) -> str:
    if value and (not _LOGO.fullmatch(value) or set(value) & set("\"'<>;,\\")):
        raise mistake(
            f"“{brief(value)}” is not the address of a picture.",
            "Write one like “https://example.org/logo.svg”, or leave it out.",
        )
    return value


Colour = Annotated[str, AfterValidator(_colour)]


class Colours(Section):
    """The page's own colour, on light and on dark; it marks the page and carries no text."""

    light: Colour = "#1f5fae"
    """On light."""
    dark: Colour = "#7ab2f5"
    """On dark."""


class ServiceGroup(Section):
    """Services that are shown together, by their names."""

    title: Line
    """What they are shown under."""
    services: tuple[Line, ...] = Field(min_length=1)
    """The services, by their names."""


class StatusPageSection(Section):
    """Whether anybody sees the status page, and what is their team's own of it."""

    shown: ShownValue = "off"
    """Who sees the page."""
    title: str = Field(default="", max_length=200)
    """What it is called; by itself the team's name and “status”."""
    logo: Annotated[str, Field(max_length=500), AfterValidator(_logo)] = ""
    """The address of a picture, with https."""
    colours: Colours = Colours()
    """The page's own colour; it marks the page and carries no text."""
    groups: tuple[ServiceGroup, ...] = ()
    """Services shown together; what is in none comes after them."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: set[str] = set()
        for name in (name for group in self.groups for name in group.services):
            if name in seen:
                raise mistake(f"“{brief(name)}” is in two places.", "Name each service only once.")
            seen.add(name)
        return self

    @property
    def logo_host(self) -> str:
        """Give where a browser may take the logo from; "" without one."""
        found = urlsplit(self.logo)
        return f"{found.scheme}://{found.netloc}" if self.logo else ""
