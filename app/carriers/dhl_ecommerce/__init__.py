"""DHL eCommerce."""
