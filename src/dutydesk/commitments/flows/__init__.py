"""What becomes of commitments."""
