"""How the team is doing: read from all rooms, changing none."""
