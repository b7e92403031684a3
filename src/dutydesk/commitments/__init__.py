"""What was promised by when: warned before, chased after, kept, counted."""
