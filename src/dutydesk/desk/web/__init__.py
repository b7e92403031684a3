"""Questions, tickets, the board and what was found, on the web."""
