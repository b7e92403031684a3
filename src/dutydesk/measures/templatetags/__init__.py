"""What the screens of measures are made of."""
