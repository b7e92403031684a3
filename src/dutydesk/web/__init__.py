"""What every room's screens and doors share. It knows no room."""
