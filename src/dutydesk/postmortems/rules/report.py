"""A postmortem as it is read once it is published: values that are kept as JSON."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from dutydesk.kernel.addresses import path_to


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section with its words, in Markdown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A picture of an entry, which is published with it."""

    number: int
    width: int
    height: int
    description: str = ""

    @property
    def pk(self) -> int:
        """Give its number, as a picture itself does."""
        return self.number

    @property
    def address(self) -> str:
        """Give the path under which those see it who may sign in."""
        return path_to("picture", self.number)


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """An entry of the timeline, with what is said of it."""

    at: str
    text: str
    note: str = ""
    factor: str = ""
    pictures: tuple[ReportPicture, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportImprovement:
    """Something that is to change. `owner` is a role."""

    title: str
    kind: str
    priority: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. Times are in ISO 8601; `lengths` are written out, each with its clock."""

    title: str
    priority: str
    services: tuple[str, ...]
    began: str
    resolved: str
    lengths: tuple[tuple[str, str], ...]
    sections: tuple[ReportSection, ...]
    timeline: tuple[ReportEntry, ...]
    improvements: tuple[ReportImprovement, ...]

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON keeps it; what has no pictures says nothing of any."""
        given = asdict(self)
        for one in given["timeline"]:
            if not one["pictures"]:
                del one["pictures"]
        return given

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back what `as_json` gave."""
        given = {one.name: data[one.name] for one in fields(cls)}
        given["services"] = tuple(given["services"])
        given["lengths"] = tuple((step, length) for step, length in given["lengths"])
        given["sections"] = tuple(ReportSection(**one) for one in given["sections"])
        given["timeline"] = tuple(map(_entry, given["timeline"]))
        given["improvements"] = tuple(ReportImprovement(**one) for one in given["improvements"])
        return cls(**given)

    @property
    def texts(self) -> list[str]:
        """Give every text in it that people wrote, or that names somebody."""
        return [
            self.title,
            *(one.text for one in self.sections),
            *(text for one in self.timeline for text in (one.text, one.note, one.factor)),
            *(one.title for one in self.improvements),
            *(one.description for entry in self.timeline for one in entry.pictures),
        ]


def _entry(data: dict[str, Any]) -> ReportEntry:
    shown = tuple(ReportPicture(**one) for one in data.get("pictures", ()))
    return ReportEntry(**{**data, "pictures": shown})
