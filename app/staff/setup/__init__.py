"""What is missing for the first real order: read, said in order, shown to admins, printed."""
