"""What the shop is connected to: credentials set by page, command or interface, sealed, and in force without a restart."""
