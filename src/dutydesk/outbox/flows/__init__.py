"""What becomes of messages that are owed to the outside world."""
