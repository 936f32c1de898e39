"""Segmentation of CT, brain MR and by MONAI bundles."""
