"""Generators of labelled training rows: draw facts, derive the labels from them, render in many surface forms."""
