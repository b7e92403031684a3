"""The screens of postmortems."""
