"""What people read of availability."""
