"""Where a customer is, by what they type or their browser says, and the points of the label's network there."""
