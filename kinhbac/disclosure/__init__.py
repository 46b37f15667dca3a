"""Small counts that would give somebody away, and what must not be told with them."""
