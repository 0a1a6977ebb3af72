"""Pipelines declared in YAML: read, checked, and tried on expectations written beside them."""
