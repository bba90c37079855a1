"""What is done to rows of worklists: done, assigned, snoozed, noted, undone."""
