"""The local patient library: index, thumbnails and results."""
