"""Manifests and discovery of plugins, without importing them."""
