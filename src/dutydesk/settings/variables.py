"""The variables that settings are read from, as the settings' own fields describe them."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from dutydesk.settings.model import TESTS, Settings

FILE = "_FILE"
_OURS = re.compile(r"DUTY_?DESK_", re.IGNORECASE)
# What Kubernetes sets for a service that is called dutydesk-…, in every pod beside it. Source:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_OF_KUBERNETES = re.compile(
    r"\w+_SERVICE_(HOST|PORT)(_\w+)?|\w+_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?"
)
_LINK = re.compile(r"(tcp|udp|sctp)://\S+")


@dataclass(frozen=True)
class Variable:
    """One setting as operators know it: by the name of its variable."""

    name: str
    path: tuple[str, ...]
    """Where its value is: the fields to follow from `Settings`."""
    group: str
    meaning: str
    without: str
    secret: bool

    def value(self, settings: Settings) -> Any:
        """Give its value."""
        found: Any = settings
        for field in self.path:
            found = getattr(found, field)
        return found

    @property
    def for_tests(self) -> bool:
        """Say whether it is for the desk's own tests alone."""
        return self.group == TESTS


def _variables(model: type[BaseModel], path: tuple[str, ...], prefix: str) -> Iterator[Variable]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _variables(inner, (*path, name), f"{prefix}{name.upper()}_")
        elif field.description:
            yield _variable(model, field, (*path, name), f"{prefix}{name.upper()}")


def _variable(
    model: type[BaseModel], field: FieldInfo, path: tuple[str, ...], name: str
) -> Variable:
    more: Any = field.json_schema_extra
    return Variable(
        name=str(field.validation_alias or name),
        path=path,
        group=more["group"] or model.model_config.get("title") or model.__name__,
        meaning=field.description or "",
        without=more["without"] or f"`{shown(field.default)}`",
        secret=field.annotation is SecretStr,
    )


def shown(value: Any) -> str:
    """Give a value as it would be set; of a secret only whether it is set."""
    if isinstance(value, SecretStr):
        return "set" if value else ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


VARIABLES = tuple(_variables(Settings, (), "DUTYDESK_"))
NAMES = {name for one in VARIABLES for name in (one.name, one.name + FILE)}
FOR_TESTS = {name for one in VARIABLES if one.for_tests for name in (one.name, one.name + FILE)}


@dataclass(frozen=True)
class Unknown:
    """A variable that looks as if it were a setting, and isn't; its value is nobody's business."""

    name: str
    nearest: str

    def __str__(self) -> str:
        """Say so, and which one may be meant."""
        says = f"{self.name} is no setting of the desk, and is left aside."
        return f"{says} Did you mean {self.nearest}?" if self.nearest else says


def unknown(environ: Mapping[str, str]) -> tuple[Unknown, ...]:
    """Give the variables that look like the desk's and are none."""
    strange = (
        name
        for name, value in environ.items()
        if _OURS.match(name) and name not in NAMES and not _is_of_kubernetes(name, value)
    )
    return tuple(Unknown(_printable(name), _nearest(name)) for name in sorted(strange))


def _is_of_kubernetes(name: str, value: str) -> bool:
    if _OF_KUBERNETES.fullmatch(name):
        return True
    return name.endswith("_PORT") and _LINK.fullmatch(value) is not None


def _nearest(name: str) -> str:
    """Give the setting that is written most like this; "" if none is."""
    known = {_OURS.sub("", each): each for each in [*sorted(NAMES - FOR_TESTS), "HOST", "PORT"]}
    near = difflib.get_close_matches(_OURS.sub("", name.upper()), known, n=1, cutoff=0.7)
    return known[near[0]] if near else ""


def _printable(name: str) -> str:
    return name.encode(errors="replace").decode()
