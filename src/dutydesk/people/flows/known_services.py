"""By which names services are known to whoever tells of them: monitoring, and the process file."""

from collections.abc import Callable, Collection, Iterable, Mapping

from dutydesk.database import rows
from dutydesk.people.models import Service, slug_like

_NAMED = """
SELECT id, name, slug, page_anyway FROM people_service WHERE name = ANY(%(names)s::text[])
UNION
SELECT id, name, slug, page_anyway FROM people_service WHERE lower(name) = ANY(%(plain)s::text[])
UNION
SELECT id, name, slug, page_anyway FROM people_service WHERE slug = ANY(%(slugs)s::text[])
ORDER BY id
"""


def named(names: Collection[str]) -> Callable[[], dict[str, Service]]:
    """Ask for the services of these names; the answer is what the function given gives.

    A name in any letters does, and a slug, however it is written: a service keeps that when it is
    renamed, so by its first name it is known still. Each service has its name and `page_anyway`,
    and no more is asked for.
    """
    if not names:
        return dict
    plain = {name: name.strip().lower() for name in names}
    slugs_like = {name: slug_like(name) for name in names}
    wanted = [*plain.values(), *filter(None, slugs_like.values())]
    asked = rows.run(_NAMED, {"names": list(names), "plain": list(plain.values()), "slugs": wanted})

    def answer() -> dict[str, Service]:
        found = asked.fetchall()
        known = {key: Service(pk=key, name=name, page_anyway=it) for key, name, _, it in found}
        exact = {name: key for key, name, _, _ in found}
        lower = {name.lower(): key for name, key in exact.items()}
        slugs = {slug: key for key, _, slug, _ in found}
        keys = {
            name: exact.get(name)
            or lower.get(plain[name])
            or slugs.get(plain[name])
            or slugs.get(slugs_like[name])
            for name in names
        }
        return {name: known[key] for name, key in keys.items() if key is not None}

    return answer


def first(names: Iterable[str], known: Mapping[str, Service], *, said: str = "") -> Service | None:
    """Give the first service of these names, the likeliest first; one of just that name is before.

    `known`: the answer to `named`. A label may happen to be like what another service is called;
    what the process file `said` is before them all.
    """
    if said in known:
        return known[said]
    found = [(name, known[name]) for name in names if name in known]
    exact = (service for name, service in found if service.name == name)
    return next(exact, found[0][1] if found else None)


def unknown(names: Collection[str]) -> set[str]:
    """Give those of the names that are no service's."""
    return set(names) - set(named(names)())


def called(name: str) -> Service | None:
    """Give the service that is called so, as `named` finds it; None if there is none."""
    return named([name])().get(name)


def fingerprint() -> str:
    """Give what is another once services are known by other names, or paged for at other hours."""
    asked = rows.run(
        "SELECT md5(coalesce(string_agg((id, name, slug, page_anyway)::text, ' ' ORDER BY id), ''))"
        " FROM people_service"
    )
    found: list[tuple[str]] = asked.fetchall()
    return found[0][0]
