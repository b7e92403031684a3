"""Reading logs, postmortems and status pages of other tools: the same with pen and paper."""
