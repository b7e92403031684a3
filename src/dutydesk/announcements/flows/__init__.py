"""Announce, start, update, move, finish, cancel."""
