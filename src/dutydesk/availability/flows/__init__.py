"""What is done with availability."""
