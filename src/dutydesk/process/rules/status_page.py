"""What the process file says about the status page: who sees it, and how it looks."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dutydesk.process.rules.fields import Line
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section

Shown = Literal["off", "sign-in", "public"]
# What writes YAML 1.1 makes false of a bare “off”.
ShownValue = Annotated[Shown, BeforeValidator(lambda value: "off" if value is False else value)]
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
    dark: Colour = "#7ab2f5"


class ServiceGroup(Section):
    """Services that are shown together, by their names."""

    title: Line
    services: tuple[Line, ...] = Field(min_length=1)


class StatusPageSection(Section):
    """Whether anybody sees the status page, and what is their team's own of it.

    `title`: by itself the team's name and “status”. What is in none of `groups` comes after them.
    """

    shown: ShownValue = "off"
    title: str = Field(default="", max_length=200)
    logo: Annotated[str, Field(max_length=500), AfterValidator(_logo)] = ""
    colours: Colours = Colours()
    groups: tuple[ServiceGroup, ...] = ()

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
