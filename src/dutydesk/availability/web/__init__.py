"""Availability on the web."""
