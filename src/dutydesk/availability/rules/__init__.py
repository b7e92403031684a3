"""What is worked out of availability with pen and paper."""
