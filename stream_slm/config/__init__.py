"""Settings: one typed tree from environment, file and defaults."""
