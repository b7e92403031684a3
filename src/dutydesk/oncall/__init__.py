"""Page, acknowledge, escalate."""
