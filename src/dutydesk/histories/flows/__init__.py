"""Taking histories in, and back: each flow is one transaction."""
