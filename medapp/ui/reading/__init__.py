"""The Read workspace: viewports, tools, overlays."""
