"""Routines: the checklists of the process, come due by the clock."""
