"""What the people of an incident are called in its postmortem: by what they did in it."""

from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.people.flows.directory import EntryRemoved, EntryRenamed
from dutydesk.people.flows.people import EngineerRenamed
from dutydesk.people.models import Account, Engineer, Identity, LeadershipContact
from dutydesk.postmortems.rules.surnames import surnames
from dutydesk.process.flows import process

ANYBODY, USER, TELLER = "an engineer", "a user", "somebody who tells senior leadership"


def roles(incident: Incident) -> dict[str, str]:
    """Give for the name of each engineer, and for a first name, what they are called instead.

    For names that they had before, too. The longest name comes first, so that no part of it is
    taken for another.
    """
    known = process.in_force().incidents
    called = dict.fromkeys(Engineer.objects.values_list("name", flat=True), ANYBODY)
    for one in incident.participants.select_related("engineer"):
        called[one.engineer.name] = "an engineer who joined"
    former = _former()
    declared = former.get(incident.declared_by, incident.declared_by)
    if declared in called:
        called[declared] = "the reporting engineer"
    for term in incident.role_terms.select_related("engineer"):
        called[term.engineer.name] = f"the {known.role(term.role).lower()}"
    if incident.lead is not None:
        called[incident.lead.name] = "the lead"
    called = {old: called[name] for old, name in former.items()} | called
    firsts = {name.split()[0]: role for name, role in called.items() if len(name.split()) > 1}
    return dict(sorted((firsts | called).items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _former() -> dict[str, str]:
    """Give the present name of whoever had each name that nobody has any more."""
    present = dict(Engineer.objects.values_list("pk", "name"))
    renamed = JournalEntry.objects.filter(kind=EngineerRenamed.kind).order_by("id")
    found = {
        one["old"]: present[one["engineer"]]
        for one in renamed.values_list("data", flat=True)
        if one["engineer"] in present
    }
    return {old: name for old, name in found.items() if old not in present.values()}


def everybody(incident: Incident) -> dict[str, str]:
    """Give what each person is called whom the desk knows, by name, the longest name first.

    Those whom only a chat knows too; and of those who were in the incident, by surname alone.
    """
    people = roles(incident)
    called = {
        **_in_chats(people),
        **dict.fromkeys(
            Account.objects.exclude(name__in=people).values_list("name", flat=True), USER
        ),
        **dict.fromkeys(_contacts(), TELLER),
        **people,
    }
    alone = surnames(called, _involved(incident), "somebody")
    named = {name: role for name, role in (alone | called).items() if name.strip()}
    return dict(sorted(named.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _contacts() -> set[str]:
    """Give the names of those who tell senior leadership, and of those who did."""
    ended = JournalEntry.objects.filter(
        kind__in=[EntryRenamed.kind, EntryRemoved.kind], subject__startswith="contact:"
    )
    former = {data.get("old") or data["name"] for data in ended.values_list("data", flat=True)}
    return {*former, *LeadershipContact.objects.values_list("name", flat=True)}


def _in_chats(people: dict[str, str]) -> dict[str, str]:
    """Give what people are called by the names that they have in chats outside.

    A word of small letters alone may be an everyday one, and is left.
    """
    rows = Identity.objects.values_list("name", "account__engineer__name")
    return {
        name: people.get(engineer or "", USER)
        for name, engineer in rows
        if not (name.isalpha() and name.islower())
    }


def _involved(incident: Incident) -> list[str]:
    """Give whoever had a part in the incident, or did something that stands in its timeline."""
    told = journal.timeline([incident.about]).values_list("actor", flat=True)
    people = [one.engineer.name for one in incident.participants.select_related("engineer")]
    people += [one.engineer.name for one in incident.role_terms.select_related("engineer")]
    people += [one.name for one in (incident.lead, incident.worker) if one is not None]
    return list(dict.fromkeys([*people, incident.declared_by, *told]))
