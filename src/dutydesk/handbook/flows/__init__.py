"""What is done with the handbook."""
