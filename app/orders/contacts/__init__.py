"""How a customer can be reached: addresses and numbers, read, compared and dialled."""
