"""What people do to questions and tickets, in any chat."""
