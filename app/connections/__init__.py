"""What the shop is connected to: credentials set by page, command or API, sealed, in force without a restart."""
