"""Postcodes of some countries, by GeoNames, CC BY 4.0: a file a country, written by tools/postcodes.py."""
