"""Any carrier whose scans come in our own words."""
