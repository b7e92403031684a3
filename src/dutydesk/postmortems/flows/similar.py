"""Incidents that were like this one: of the same service, or with the same contributing factor."""

from dataclasses import dataclass

from dutydesk.incidents.models import COUNTED, Incident
from dutydesk.postmortems.models import Passage, Postmortem

SHOWN = 10


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """An incident, with what it shares, and its postmortem if it has one."""

    incident: Incident
    services: tuple[str, ...]
    factors: tuple[str, ...]

    @property
    def postmortem(self) -> Postmortem | None:
        """Give its postmortem; None without one."""
        return getattr(self.incident, "postmortem", None)


def similar(found: Postmortem) -> list[SimilarIncident]:
    """Give them: those that share a factor first, then the newest."""
    shared = _factors(found)
    mine = {one.pk: one.name for one in found.incident.services.all()}
    rows = Incident.objects.filter(COUNTED).exclude(pk=found.incident_id)
    by_factor = list(rows.filter(pk__in=shared).select_related("postmortem"))
    by_service = rows.filter(services__in=mine).exclude(pk__in=shared).distinct()
    newest = by_service.select_related("postmortem").order_by("-declared", "-pk")
    each = [*by_factor, *newest[: max(SHOWN - len(by_factor), 0)]]
    return [
        SimilarIncident(
            one,
            tuple(mine[service.pk] for service in one.services.all() if service.pk in mine),
            tuple(shared.get(one.pk, ())),
        )
        for one in each[:SHOWN]
    ]


def _factors(found: Postmortem) -> dict[int, list[str]]:
    """Give by incident the factors that stand in its postmortem too, whatever their case."""
    factors = Passage.objects.filter(key__startswith="factor.").exclude(text="")
    own = {one.text.strip().casefold() for one in factors.filter(postmortem=found)}
    shared: dict[int, list[str]] = {}
    others = factors.exclude(postmortem=found).filter(postmortem__withdrawn_at=None)
    for text, incident in others.values_list("text", "postmortem__incident") if own else ():
        if text.strip().casefold() in own and text not in shared.setdefault(incident, []):
            shared[incident].append(text)
    return {incident: texts for incident, texts in shared.items() if texts}
