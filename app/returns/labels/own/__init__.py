"""Labels of our own: a number, and papers drawn when they are asked for."""
