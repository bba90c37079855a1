"""Times as systems write them: what a text says, whether it says it surely, and the instant that it means."""
