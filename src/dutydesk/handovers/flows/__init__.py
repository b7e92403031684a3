"""What becomes of handovers."""
