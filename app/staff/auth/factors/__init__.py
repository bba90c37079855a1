"""Second factors: one-time codes, passkeys, and the codes for the day on which they are lost."""
