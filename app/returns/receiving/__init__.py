"""What the warehouse received, and how it finds the return."""
