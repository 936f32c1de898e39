"""Segmentation of CT, of the brain on MR, and by MONAI bundles; `hooks` is what the program calls."""
