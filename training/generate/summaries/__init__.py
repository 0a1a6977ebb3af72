"""Generators of records with their facts and reference summaries, for the small language model."""
