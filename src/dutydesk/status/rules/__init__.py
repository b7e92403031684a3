"""How services are doing, and what of the record users may see."""
