"""Recording what happened, and what follows from it."""
