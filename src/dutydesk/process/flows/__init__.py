"""What becomes of the process itself."""
