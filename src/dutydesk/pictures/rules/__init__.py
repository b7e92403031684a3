"""What would be the same with pen and paper: what a picture is, and what of it is kept."""
