"""The settings in the console."""
