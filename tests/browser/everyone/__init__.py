"""The portal for everyone: every page in all views, every journey by keyboard, what a screen reader is given."""
