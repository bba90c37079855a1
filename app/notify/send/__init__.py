"""From a planned message to one that was sent once: claim, attempt, drain, reconcile."""
