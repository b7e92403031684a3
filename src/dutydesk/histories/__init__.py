"""Incidents from before the desk: read from what a team kept elsewhere, and taken back."""
