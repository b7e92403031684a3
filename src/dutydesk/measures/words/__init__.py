"""What the measures say in words, outside of screens."""
