"""Whose turn it is: shifts of support, primary and secondary."""
