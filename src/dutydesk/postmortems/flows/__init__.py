"""What becomes of postmortems."""
