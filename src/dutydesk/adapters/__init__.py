"""What knows a vendor, or the machine. Chosen by wiring and by nobody else."""
