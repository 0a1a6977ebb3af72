"""Dynamic batching across partitions, topics and pipelines."""
