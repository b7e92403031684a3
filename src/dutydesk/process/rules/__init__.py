"""What a process decides with pen and paper alone."""
