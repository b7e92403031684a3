"""Announcements: planned work and news, told where it matters, with promised updates."""
