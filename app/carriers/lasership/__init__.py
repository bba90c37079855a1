"""LaserShip."""
