"""What can be run on the series in view, and with which parameters."""
