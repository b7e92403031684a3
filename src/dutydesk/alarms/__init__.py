"""Alerts coming in: accept, deduplicate, group, show."""
