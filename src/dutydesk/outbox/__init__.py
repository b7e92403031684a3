"""What is owed to the outside world: put, delivered, retried, its outcome kept."""
