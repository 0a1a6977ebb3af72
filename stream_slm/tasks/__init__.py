"""What a model is asked about a text: split, classify, summarize; pure functions of text and vectors."""
