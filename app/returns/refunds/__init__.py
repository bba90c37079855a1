"""Money back: what is due, what was paid, amounts that change."""
