"""What comes back from customers by text."""
