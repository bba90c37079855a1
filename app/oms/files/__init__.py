"""Orders out of files: columns, rows, imports."""
