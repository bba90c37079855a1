"""What happened: the raw inbox and the log of domain events."""
