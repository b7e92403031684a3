"""What becomes of people and their accounts."""
