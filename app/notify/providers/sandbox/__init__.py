"""The sandbox: a mailbox of our own in place of a provider."""
