"""What every room stands on: settings, database, clock, errors, the seams to Flask and to the world outside."""
