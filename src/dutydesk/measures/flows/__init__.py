"""Reading what happened in all rooms, and making figures of it."""
