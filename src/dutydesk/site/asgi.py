"""What the web server runs."""

import asyncio
import os
import signal
import warnings
from importlib import import_module

from django.conf import settings
from django.core.asgi import get_asgi_application

from dutydesk.data_folder import make_secrets
from dutydesk.kernel import addresses
from dutydesk.kernel.garbage import uncollected
from dutydesk.site import preparation, sign_of_life
from dutydesk.site.orphans import end_with_parent
from dutydesk.web import uploads
from dutydesk.web.doors import Door, before

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dutydesk.site.settings")
# Static files are short enough to be read while the event loop waits.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
end_with_parent()
make_secrets()  # Whatever makes the desk ready meanwhile: of many who try, one does it.
with uncollected():
    unbounded = get_asgi_application()
    loaded = [
        import_module(f"dutydesk.{name}")
        for name in (
            "wiring",
            "alarms.api.intake",
            "alarms.api.listeners",
            "incidents.api",
            "status.api.door",
            "status.api.own_host",
            "rota.api",
            "people.web.sessions",
            "site.faults",
            "web.live",
            "site.health",
            "site.pulse",
        )
    ]
wiring, alarms, pings, incidents, status, own_host, rota, sessions, faults, live, health, pulse = (
    loaded
)
django = uploads.Bounded(unbounded, settings.LARGEST_BODY, faults.too_large)
known = incidents.ServiceStates()
answers = status.KnownAnswers(wiring.now)
beat = pulse.Pulse()
screens: Door = pulse.Prompt(pulse.to_its_end(django), beat, faults.refuse, needs=faults.is_here)
intake = alarms.IntakeDoor(wiring.now)
PROMPT: dict[str, Door] = {
    addresses.beginning("heartbeat-ping"): pulse.to_its_end(django),
    addresses.INTAKE: intake,
    addresses.path_to("who"): rota.Who(wiring.now, pulse.to_its_end(django)),
    **wiring.build().doors,
}
# The gate, its page and the status page answer from memory, and files from disk, wherever the
# database is.
DOORS: dict[str, Door] = {
    addresses.INTAKE_EVENTS: pulse.Prompt(intake, beat, pulse.refuse_event),
    **{path: pulse.Prompt(door, beat) for path, door in PROMPT.items()},
    addresses.GATE: incidents.Gate(known),
    addresses.path_to("health"): pulse.Prompt(pulse.to_its_end(django), beat, health.refuse),
    addresses.LIVE: pulse.Prompt(live.Live(sessions.SignedIn()), beat, live.come_again),
    addresses.MAINTENANCE_PAGE: incidents.MaintenancePage(known, wiring.now),
    addresses.path_to("status"): status.StatusDoor(answers, screens),
    settings.STATIC_URL: pulse.to_its_end(django),
}
living: set[asyncio.Task[None]] = set()


def end() -> None:
    """Send the open screens away, to come again; then let the server end as it does.

    It hears SIGTERM and SIGINT alike, and would wait for the screens until it is killed.
    """
    live.listener.end()
    os.kill(os.getpid(), signal.SIGINT)


async def begin() -> None:
    """Show that this process lives, and know what is answered from memory before it is asked."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    living.add(asyncio.create_task(sign_of_life.give()))
    living.add(asyncio.create_task(pings.keep_noting(wiring.now, wiring.build().real_clock.now)))
    await asyncio.gather(known.begin(), answers.begin())


application = own_host.own_host(
    before(screens, DOORS, begin), settings.STATUS_HOST, besides=[settings.STATIC_URL]
)
preparation.wait()
