"""What is decided about pages with pen and paper."""
