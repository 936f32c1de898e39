"""The frame of the window: banner, rail, inspector, session, errors."""
