"""YunExpress."""
