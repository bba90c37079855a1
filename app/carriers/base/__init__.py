"""What all carriers share: the adapter, parsing, instants, places, vocabulary."""
