"""What the desk asks of the world, as the smallest protocols that do."""
