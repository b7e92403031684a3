"""A postmortem as it is read once it is published: values that are kept as JSON."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section with its words, in Markdown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """An entry of the timeline, with what is said of it."""

    at: str
    text: str
    note: str = ""
    factor: str = ""


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
        """Give it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back what `as_json` gave."""
        given = {one.name: data[one.name] for one in fields(cls)}
        given["services"] = tuple(given["services"])
        given["lengths"] = tuple((step, length) for step, length in given["lengths"])
        given["sections"] = tuple(ReportSection(**one) for one in given["sections"])
        given["timeline"] = tuple(ReportEntry(**one) for one in given["timeline"])
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
        ]
