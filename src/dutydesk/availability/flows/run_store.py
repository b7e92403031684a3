"""Keeping what was seen: few rows, whoever looks and however often."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.availability.models import Run, SourceTerm
from dutydesk.availability.rules.runs import Seen, joined
from dutydesk.database import rows


def keep(term: SourceTerm, looks: Sequence[Seen]) -> None:
    """Keep looks that come after what is kept of a term. The caller holds the term's row."""
    if not looks:
        return
    last = term.runs.order_by("-start").first()
    known = Seen(last.start, last.end, last.up, last.said) if last else None
    runs = joined(known, looks)
    if last is not None:
        if runs[0].end != last.end:
            Run.objects.filter(pk=last.pk).update(end=runs[0].end)
        runs = runs[1:]
    rows.insert([_row(term, one) for one in runs])


def _row(term: SourceTerm, seen: Seen) -> Run:
    return Run(term=term, start=seen.start, end=seen.end, up=seen.up, said=seen.said[:200])


def trouble(term: SourceTerm, reason: str, remedy: str, *, at: datetime) -> None:
    """Keep why a source can't be asked, and since when. The caller saves the term."""
    term.trouble, term.remedy = reason, remedy
    term.trouble_since = term.trouble_since or at


def well(term: SourceTerm) -> None:
    """Keep that a source is asked. The caller saves the term."""
    term.trouble, term.remedy, term.trouble_since = "", "", None
