"""Saying, hearing and reading in channels and threads."""
