"""What came in from outside, kept before it is worked out."""
