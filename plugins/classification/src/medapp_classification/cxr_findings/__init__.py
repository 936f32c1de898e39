"""Fourteen findings on frontal chest X-rays of adults."""
