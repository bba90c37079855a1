"""Any system that speaks our document: its endpoint and what it says."""
