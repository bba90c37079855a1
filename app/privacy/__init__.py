"""What a person may ask of the shop: to see what it holds, to have it erased; and that it forgets in time."""
