"""SMTP: e-mail by the shop's own server."""
