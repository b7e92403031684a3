"""What people do in incidents, in any chat."""
