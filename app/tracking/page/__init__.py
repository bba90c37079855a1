"""The order page: one statement, its records, headline, cards and words."""
