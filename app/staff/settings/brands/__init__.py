"""Brands in the console and at the command line: what a shop front says of itself, seen before it is saved."""
