"""Order documents that no shop should send, by the ten thousand, and very large ones."""
