"""Every way into the portal for bodies of other systems, held against each other."""
