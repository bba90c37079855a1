"""Where a return stands, as its customer sees it."""
