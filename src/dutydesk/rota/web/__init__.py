"""Rotas on the web: the weeks, one shift, changes, shares, plans, calendars."""
