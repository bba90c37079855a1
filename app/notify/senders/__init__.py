"""The ways out: one file a provider, all behind one port."""
