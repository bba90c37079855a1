"""Message texts in the settings: which stages are told, and in which words."""
