"""Connections in the console: mail, texts, the order system and carriers, each with form, state and trial."""
