"""Orders coming in: one, a batch, their lines and contacts; every change leaves an event."""
