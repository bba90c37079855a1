"""Connections: what a shop is connected to by page, command and interface."""
