"""What leaves: the sealed release in the languages of others. One subpackage or module a language."""
