"""Asking who is on, working rotas out, editing, swapping, covering, planning, sharing."""
