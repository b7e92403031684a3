"""Engineers, user teams and their channels, services, and who tells senior leadership."""
