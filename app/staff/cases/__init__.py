"""Cases of support in the console, and collections that are booked by hand."""
