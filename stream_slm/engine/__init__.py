"""The only door to CTranslate2 and tokenizers: a model bundle in, sentence vectors out."""
