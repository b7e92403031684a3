"""The monthly reports on the web: as they were told, and whether figures differ since."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render

from dutydesk.measures.flows import reports
from dutydesk.measures.models import MonthlyReport
from dutydesk.measures.rules.choices import containing
from dutydesk.measures.web.subjects import framed
from dutydesk.process.flows import process
from dutydesk.web.markdown import render as as_html
from dutydesk.web.screens import DeskRequest, rule


@rule("anyone")
def listed(request: DeskRequest) -> HttpResponse:
    """List the reports, the newest first."""
    zone = process.in_force().zone
    choice = containing("month", request.at.astimezone(zone).date(), zone)
    found = [(one, reports.month_name(one.month)) for one in MonthlyReport.objects.all()]
    context = {**framed(request, "Monthly reports", choice), "reports": found, "timeless": True}
    return render(request, "measures/reports.html", context)


@rule("anyone")
def report(request: DeskRequest, month: str) -> HttpResponse:
    """Show a report as it was told, or give it as Markdown with `as=md`."""
    kept = MonthlyReport.objects.filter(month=_month(month)).first()
    if kept is None:
        raise Http404
    if request.GET.get("as") == "md":
        answer = HttpResponse(kept.text, content_type="text/markdown; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{month}.md"'
        return answer
    choice = containing("month", kept.month, process.in_force().zone)
    now = reports.differs(kept, at=request.at)
    context = {
        **framed(request, "Monthly report", choice),
        "report": kept,
        "shown": as_html(kept.text, top=2).html,
        "now": as_html(now, top=2).html if now else "",
    }
    return render(request, "measures/report.html", context)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error
