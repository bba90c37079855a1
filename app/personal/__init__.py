"""What is kept of a person: the shape in which each room says so, who was erased, and for how long things are kept."""
