"""Generators of labelled training rows: each draws facts, derives the labels from them and renders many surface forms."""
