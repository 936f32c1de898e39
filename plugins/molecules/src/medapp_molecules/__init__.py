"""The plugin family `molecules`."""
