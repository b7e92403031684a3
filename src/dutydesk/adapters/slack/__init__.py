"""Slack, by the vendor's own SDK."""
