"""What a brand says of itself, as one document: its parts, what is wrong with them in sentences, and its row."""
