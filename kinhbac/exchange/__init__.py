"""What leaves the province, made from the registry and a sealed release alone."""
