"""Announcements on the web: what goes on, when, and what comes again and again."""
