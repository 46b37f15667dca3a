"""The release in force, asked by machine: a small interface over HTTP that only reads."""
