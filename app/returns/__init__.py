"""Returns: the rules, the flow, the parcel back, the money."""
