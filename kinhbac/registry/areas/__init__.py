"""Areas in time: what there is, what became of it, of what it consists."""
