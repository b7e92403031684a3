"""What the web server runs."""

import gc
import os
import warnings
from importlib import import_module
from typing import cast

from django.core.asgi import get_asgi_application

from dutydesk.site.doors import Door, before
from dutydesk.site.orphans import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
# Static files are short enough to be read while the event loop waits.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
end_with_parent()
django = get_asgi_application()
wiring, alarms, incidents, rota = (
    import_module(f"dutydesk.{name}")
    for name in ("wiring", "alarms.api.intake", "incidents.api", "rota.api")
)
known = incidents.Known()
DOORS: dict[str, Door] = {
    "/alarms/in/heartbeat/": cast(Door, django),
    "/alarms/in/": alarms.Intake(wiring.clock.now),
    "/gate/": incidents.Gate(known),
    "/shifts/who.json": rota.Who(wiring.clock.now, cast(Door, django)),
    "/maintenance/": incidents.MaintenancePage(known, wiring.clock.now),
    **wiring.slack_doors(),
}
application = before(django, DOORS, known.begin)
# What is loaded now stays; the garbage collector needn't look through it in a request.
gc.collect()
gc.freeze()
