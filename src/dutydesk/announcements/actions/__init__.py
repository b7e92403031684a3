"""What people do with announcements, in any chat."""
