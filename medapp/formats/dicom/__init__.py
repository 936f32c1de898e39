"""DICOM files: headers, series, pixels and derived objects."""
