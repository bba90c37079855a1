"""Connections in the console: mail, texts, the order system and carriers, each with its form, its state and its trial."""
