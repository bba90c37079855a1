"""Shipments: what carriers say, folded into what is true, and the page that shows it."""
