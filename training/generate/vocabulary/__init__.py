"""Tables of words, merchants, findings and phrases that the generators draw from."""
