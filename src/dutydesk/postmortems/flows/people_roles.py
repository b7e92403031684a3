"""What the people of an incident are called in its postmortem: by what they did in it."""

from dutydesk.incidents.models import Incident
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

ANYBODY = "an engineer"


def roles(incident: Incident) -> dict[str, str]:
    """Give for the name of each engineer, and for a first name, what they are called instead.

    The longest name comes first, so that no part of it is taken for another.
    """
    known = process.in_force().incidents
    called = dict.fromkeys(Engineer.objects.values_list("name", flat=True), ANYBODY)
    for one in incident.participants.select_related("engineer"):
        called[one.engineer.name] = "an engineer who joined"
    if incident.declared_by in called:
        called[incident.declared_by] = "the reporting engineer"
    for term in incident.role_terms.select_related("engineer"):
        called[term.engineer.name] = f"the {known.role(term.role).lower()}"
    if incident.lead is not None:
        called[incident.lead.name] = "the lead"
    firsts = {name.split()[0]: role for name, role in called.items() if len(name.split()) > 1}
    return dict(sorted((firsts | called).items(), key=lambda pair: (-len(pair[0]), pair[0])))
