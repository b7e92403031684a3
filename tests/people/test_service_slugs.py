"""Each service has a name of its own for addresses."""

import pytest

from dutydesk.people.models import Service


@pytest.mark.django_db
def test_a_new_service_gets_one_that_no_other_has_and_keeps_it() -> None:
    names = ["Prison visits", "Prison, visits", "x" * 100, "x" * 99, "…"]
    slugs = [Service.objects.create(name=name).slug for name in names]
    assert slugs == ["prison-visits", "prison-visits-2", "x" * 40, "x" * 40 + "-2", "service"]
    changed = Service.objects.get(name="Prison visits")
    changed.user_facing = False
    changed.save()
    assert changed.slug == "prison-visits"
