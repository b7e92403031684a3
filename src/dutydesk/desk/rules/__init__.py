"""What is decided about questions and tickets."""
