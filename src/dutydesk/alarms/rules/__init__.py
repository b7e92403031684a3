"""Reading what monitoring systems send, and deciding what it means."""
