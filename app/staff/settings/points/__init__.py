"""Drop-off points: networks, files, the shop's own."""
