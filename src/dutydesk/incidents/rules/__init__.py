"""What is decided about incidents. Pure."""
