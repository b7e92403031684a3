"""Commands on this machine that take a service out and put it back."""
