"""Duty Desk runs a platform team's written operational process."""
