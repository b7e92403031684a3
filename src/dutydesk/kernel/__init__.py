"""Words that every room shares. Pure: the standard library and nothing else."""
