"""What a person wants to hear, and what they do not."""
