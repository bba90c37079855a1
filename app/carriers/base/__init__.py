"""What all carriers share: the declaration, parsing, instants, places, vocabulary."""
