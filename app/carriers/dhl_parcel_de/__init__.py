"""DHL Paket in Germany."""
