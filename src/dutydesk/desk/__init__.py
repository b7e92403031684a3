"""Questions in the ask channel: cover, fifteen minutes, tickets, happiness."""
