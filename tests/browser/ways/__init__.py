"""Single ways through the portal in a browser: what each page promises there."""
