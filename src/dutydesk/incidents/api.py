"""What machines ask and tell: a reverse proxy before each request, a deployment tool after it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt

from dutydesk.alarms.flows.keys import WrongKey
from dutydesk.incidents.flows import deploys
from dutydesk.incidents.flows.gate import GateStatus, Out, standing
from dutydesk.incidents.rules.deploys import LARGEST_BODY, NotADeploy
from dutydesk.kernel.addresses import GATE, MAINTENANCE_PAGE
from dutydesk.kernel.moments import when
from dutydesk.web.doors import Receive, Scope, Send
from dutydesk.web.memory import Remembered
from dutydesk.web.screens import DeskRequest, rule

AFTER_FAILURE = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)
USUAL_RETRY = timedelta(minutes=5)
_MARKS = ("maintenance:", "incident:", "service:")


@csrf_exempt
@rule("public", form=False)
def deploy(request: DeskRequest, token: str) -> HttpResponse:
    """Take what a deployment tool tells: the secret in the address says which tool it is."""
    if request.method != "POST":
        return _said("Post one deployment, as JSON.", 405, allow="POST")
    try:
        kept = deploys.take(token=token, body=request.read(LARGEST_BODY + 1), at=request.at)
    except WrongKey as refusal:
        return _said(str(refusal), 404)
    except NotADeploy as refusal:
        return _said(str(refusal), 400)
    return _said(f"Kept: {kept.service.name} {kept.version}, {kept.at.isoformat()}", 200)


def _said(line: str, status: int, **headers: str) -> HttpResponse:
    plain = "text/plain; charset=utf-8"
    return HttpResponse(f"{line}\n", status=status, content_type=plain, headers=headers or None)


class ServiceStates(Remembered[GateStatus]):
    """How every service stands, in this process's memory."""

    def __init__(self, look: Callable[[], GateStatus] = standing) -> None:
        """Know nothing until the first look."""
        super().__init__(look, name="gate", marks=_MARKS)


class Gate:
    """The door under `/gate/SLUG`: 204 while the service is open, 403 while it is in maintenance.

    These are answers that nginx's auth_request takes; any other status is an error to it.
    Source: https://nginx.org/en/docs/http/ngx_http_auth_request_module.html. A service that nobody
    knows is open, since a slip of the pen must take no site down; the header says so.
    """

    def __init__(self, known: ServiceStates) -> None:
        """Answer by what is known."""
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, of any method."""
        slug = scope["path"].removeprefix(GATE).strip("/")
        found = await self._known.now()
        status, says = 204, b"open"
        if found is None:
            says = b"open; the database was never there"
        elif slug in found.out:
            status, says = 403, b"maintenance"
        elif slug not in found.names:
            says = b"open; unknown service"
        headers = [(b"dutydesk-gate", says), (b"cache-control", b"no-store")]
        if status != 204:  # RFC 9110, 8.6: a 204 has no Content-Length.
            headers.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


class MaintenancePage:
    """The door under `/maintenance/SLUG`: what the users of a service see meanwhile.

    It is always 503 with Retry-After for a service that is known, so that no program and no search
    engine takes it for the service, even in the moment after the service came back.
    """

    def __init__(self, known: ServiceStates, now: Callable[[], datetime]) -> None:
        """Answer by what is known; times are told as they are from `now`."""
        self._known, self._now = known, now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, of any method."""
        slug = scope["path"].removeprefix(MAINTENANCE_PAGE).strip("/")
        found, at = await self._known.now(), self._now()
        missing = found is not None and slug not in found.names
        out = found.out.get(slug) if found else None
        body = self._page(found, slug, out, at).encode()
        retry = retry_after(out, at) if out else AFTER_FAILURE
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if not missing:
            headers.append((b"retry-after", str(ceil(retry.total_seconds())).encode()))
        status = 404 if missing else 503
        await send({"type": "http.response.start", "status": status, "headers": headers})
        shown = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": shown})

    def _page(self, found: GateStatus | None, slug: str, out: Out | None, at: datetime) -> str:
        told = {"out": out, "name": found.names.get(slug) if found else None, "known": found}
        if found and out:
            told |= {
                name: when(moment, found.zone, at)
                for name, moment in (
                    ("since", out.since),
                    ("until", _to_come(out.until, at)),
                    ("update", _to_come(out.next_update, at)),
                )
                if moment
            }
        return render_to_string("incidents/maintenance.html", told)


def _to_come(moment: datetime | None, at: datetime) -> datetime | None:
    """Give a moment unless it is past: nobody is told to expect what should have happened."""
    return moment if moment and moment > at else None


def retry_after(out: Out, at: datetime) -> timedelta:
    """Give after how long it is worth trying again: by then there is news, or the service."""
    awaited = [one for one in (out.next_update, out.until) if one and one > at]
    return min(min(awaited) - at, LONGEST_RETRY) if awaited else USUAL_RETRY
