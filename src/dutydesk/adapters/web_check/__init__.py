"""Checks over HTTP: the desk itself asks whether a service answers."""
