"""Availability: how much of the time each service is there for its users, and who says so."""
