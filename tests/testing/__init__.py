"""What the tests stand on: servers to talk to, and worlds to begin in."""
