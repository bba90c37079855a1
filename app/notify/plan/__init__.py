"""Which messages an event asks for, to whom, when, and what holds them back."""
