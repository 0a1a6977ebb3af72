"""Programs around stream-slm, to copy and to change."""
