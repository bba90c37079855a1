"""The API's first version, a folder a noun."""
