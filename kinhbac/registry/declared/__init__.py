"""The shapes that single files of the registry may take."""
