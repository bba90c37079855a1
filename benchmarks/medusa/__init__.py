"""The orders of a running Medusa in a portal: put, compared piece by piece and cent by cent, put again."""
