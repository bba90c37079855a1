"""From other systems' own answers to the order document: pure mappers, and what must hold of them."""
