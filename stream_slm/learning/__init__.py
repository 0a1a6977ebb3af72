"""Heads on a user's own labels: trained, measured, tuned; imported by the command line alone."""
