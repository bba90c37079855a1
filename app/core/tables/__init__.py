"""The database's tables as a whole: their schema, what rooms let each other read of them, and many rows at once."""
