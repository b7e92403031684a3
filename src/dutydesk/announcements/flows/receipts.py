"""What became of each thing that was told of an announcement, place by place."""

from dutydesk.announcements.flows import broadcasts
from dutydesk.announcements.models import Announcement
from dutydesk.incidents.flows import receipts
from dutydesk.incidents.flows.receipts import Told
from dutydesk.kernel.tellings import Receipts


def of_announcement(found: Announcement) -> dict[str, Receipts]:
    """Give what became of it and of its updates, by name: `announced`, `update:3`."""
    roots = tuple(broadcasts.root_key(found, one) for one in found.told)
    first = Told("announced", roots, f"{found.about}:announced", found.at, "told")
    later = [
        Told(
            f"update:{pk}",
            tuple(f"announcement-update:{pk}:{one}" for one in found.told),
            f"announcement-update:{pk}",
            at,
            str(pk),
        )
        for pk, at in found.updates.values_list("pk", "at")
    ]
    services = broadcasts.services_of(found)
    public = found.window is not None and (not services or any(one.user_facing for one in services))
    return receipts.of(found.about, [first, *later], public=public)
