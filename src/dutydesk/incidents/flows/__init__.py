"""Declare, lead, tell, gather, limit, resolve."""
