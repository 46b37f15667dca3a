"""What people see, asked in a real browser."""
