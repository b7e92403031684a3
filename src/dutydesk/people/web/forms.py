"""The forms about people on the web: engineers, user teams, services, and who else there is."""

from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files

from dutydesk.kernel import bounds
from dutydesk.kernel.forms import Field, Form, number_from
from dutydesk.people.flows.directory import Entry
from dutydesk.people.models import Engineer, LeadershipContact, Service, Team
from dutydesk.people.rules import channel_name, email_address, read_people, web_address

EXAMPLE = files("dutydesk.people").joinpath("example.yaml").read_text()
_NAME = Field("name", "Name", longest=100)
_EMAIL = Field("email", "E-mail address", rule=email_address)
_JOINS = Field("joins", "Takes turns from", "time", False, hint="Empty: at once.")
_ENGINEER = Field("engineer", "Who", "hidden", rule=number_from(1, bounds.LARGEST))
_WHICH = Field("which", "Which", "hidden", longest=40)
_CHANNEL = Field("channel", "Channel", longest=80, rule=channel_name)
_ADDRESS = Field(
    "address", "Address", required=False, hint="Empty takes it away.", longest=500, rule=web_address
)
_FILE = Field(
    "text", "Known ones are changed, nobody is removed", "long", value=EXAMPLE,
    longest=bounds.LONGEST_FILE, rule=read_people,
)  # fmt: skip


def forms(
    services: Iterable[Service],
    teams: Iterable[Team],
    engineers: Iterable[Engineer],
    contacts: Iterable[LeadershipContact],
) -> dict[str, Form]:
    """Give the forms of the page, by what they do; `engineers`: whose name one may change."""
    whom = tuple((str(one.pk), one.name) for one in engineers)
    whose = (("", "The platform's own"), *((str(one.pk), one.name) for one in teams))
    which = tuple((str(one.pk), one.name) for one in services)
    return {
        "engineer": Form("Add somebody", "Add", (_NAME, _EMAIL, _JOINS)),
        "team": _saving(_NAME, _CHANNEL),
        "service": _saving(
            _NAME,
            Field("team", "Whose", "choice", required=False, options=whose),
            Field("user_facing", "User-facing", "flag", required=False, value="yes"),
            Field("page_anyway", "Page for it at any hour", "flag", required=False),
        ),
        "webhook": _saving(Field("service", "Service", "choice", options=which), _ADDRESS),
        "contact": _saving(_NAME, _EMAIL),
        "invitation": Form("Invite somebody", "Make a link", (_NAME, _EMAIL)),
        "file": Form("Load from a file", "Load", (_FILE,)),
        "change": Form(
            "Change a name or an address",
            "Change",
            (
                Field("who", "Who", "choice", options=whom),
                replace(_NAME, label="New name", required=False, hint="Empty: it stays."),
                replace(_EMAIL, label="New address", required=False, hint="Empty: it stays."),
            ),
        ),
        "rename-team": _renaming(teams),
        "rename-service": _renaming(
            services,
            "Alerts and the process file know it by its name: change it there too.",
        ),
        "rename-contact": _renaming(contacts),
        "remove": Form("Remove", "Remove", (_WHICH,)),
        "left": _saving(_ENGINEER),
        "back": _saving(_ENGINEER),
    }


def _saving(*fields: Field) -> Form:
    return Form("Add or change one", "Save", fields)


def _renaming(entries: Iterable[Entry], hint: str = "") -> Form:
    which = tuple((one.about, one.name) for one in entries)
    name = replace(_NAME, label="New name", hint=hint)
    return Form("Rename one", "Rename", (replace(_WHICH, kind="choice", options=which), name))
