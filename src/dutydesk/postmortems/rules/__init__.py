"""What would be the same with pen and paper."""
