"""Calling people, and what they answer."""
