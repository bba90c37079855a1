"""The five journeys, each disturbed in five ways, with and without JavaScript: a file for a disturbance."""
