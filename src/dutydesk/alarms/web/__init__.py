"""Alarms on the web: one alarm, keys, the addresses that monitoring systems post to, silences."""
