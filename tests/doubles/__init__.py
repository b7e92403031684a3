"""Stand-ins for others' servers: real servers on loopback."""
