"""Mails to the shop's own people."""
