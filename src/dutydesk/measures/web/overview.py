"""The first screen of measures: what the process asks for first, each with its trend."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.measures.flows.overview import tiles
from dutydesk.measures.web.subjects import asked_choice, framed
from dutydesk.web.screens import DeskRequest, rule


@rule("anyone")
def overview(request: DeskRequest) -> HttpResponse:
    """Show the figures that the process asks for first, in the period that is asked for."""
    choice = asked_choice(request)
    found = [
        replace(tile, address=tile.address + choice.query) for tile in tiles(choice, at=request.at)
    ]
    context = {**framed(request, "Measures", choice), "tiles": found}
    return render(request, "measures/overview.html", context)
