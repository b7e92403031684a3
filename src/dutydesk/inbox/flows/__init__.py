"""What the inbox does: keep, and work out."""
