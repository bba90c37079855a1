"""The order document: what a shop's system sends, field by field, and what is wrong with it."""
