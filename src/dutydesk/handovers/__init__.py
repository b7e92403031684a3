"""Handovers: drafted from the record, completed by a person, accepted by the next."""
