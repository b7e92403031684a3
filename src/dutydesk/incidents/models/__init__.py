"""What is kept of incidents."""

from dutydesk.incidents.models.imports import IncidentImport, IncidentImportRow
from dutydesk.incidents.models.incidents import (
    COUNTED,
    REAL,
    Gathering,
    HelpRequest,
    Incident,
    Maintenance,
    MoreTime,
    Participant,
    Quarter,
    RoleTerm,
    Update,
)
from dutydesk.incidents.models.timeline import Deploy, IncidentLink, Note

__all__ = (
    "COUNTED",
    "REAL",
    "Deploy",
    "Gathering",
    "HelpRequest",
    "Incident",
    "IncidentImport",
    "IncidentImportRow",
    "IncidentLink",
    "Maintenance",
    "MoreTime",
    "Note",
    "Participant",
    "Quarter",
    "RoleTerm",
    "Update",
)
