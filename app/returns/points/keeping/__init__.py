"""How points are kept: typed by hand, sent as files, and what is there."""
