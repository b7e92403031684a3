"""What is decided about announcements. Pure."""
