"""What each message says: facts in, a letter or a text out; pure but for the catalogue of translations."""
