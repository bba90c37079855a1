"""Correos Express."""
