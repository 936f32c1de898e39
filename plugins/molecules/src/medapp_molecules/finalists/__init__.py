"""The best few, looked at by admet-ai: slower than screening, and by models of others."""
