"""Opening hours in OpenStreetMap's notation: read, and worked out for a place and a moment."""
