"""Pictures that people add to what they write: taken, cleaned, kept and shown."""
