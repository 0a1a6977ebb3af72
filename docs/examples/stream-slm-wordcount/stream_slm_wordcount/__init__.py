"""A task and an engine for stream-slm that come from another package."""
