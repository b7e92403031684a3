"""Incidents: declared, led, told about, resolved; and the ones from before the desk."""
