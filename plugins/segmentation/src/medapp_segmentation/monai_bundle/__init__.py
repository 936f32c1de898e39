"""monai.bundle: run any segmentation bundle of MONAI, offline."""
