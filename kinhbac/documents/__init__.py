"""Workbooks, whoever writes them: formats, styles, cells that stay text."""
