"""The process file: what it says, whether it is sound, and what its clocks count."""
