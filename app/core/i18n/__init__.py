"""Languages: which ones there are, their words, dates, money and numbers."""
