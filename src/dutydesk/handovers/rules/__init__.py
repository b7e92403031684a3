"""What of handovers would be the same with pen and paper."""
