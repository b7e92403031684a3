"""Blameless reviews after high-priority incidents."""
