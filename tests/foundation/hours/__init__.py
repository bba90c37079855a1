"""Opening hours by the rules of OpenStreetMap's notation."""
