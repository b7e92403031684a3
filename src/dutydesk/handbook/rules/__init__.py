"""What a page of the handbook is, with pen and paper."""
