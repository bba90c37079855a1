"""Privacy over HTTP: erasures, copies, and for how long things are kept."""
