"""Carriers as tracking knows them: their one name, and whose a number is."""
