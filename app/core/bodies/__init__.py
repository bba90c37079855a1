"""What a door is sent: its packing undone, its text decoded, its JSON read. One body has one meaning at every door."""
