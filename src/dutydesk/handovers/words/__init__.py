"""What is said of handovers outside their screens."""
