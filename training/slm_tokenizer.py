"""Trains the tokenizer of `slm-tiny`: cased byte-level BPE; every digit and every mark is a piece of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from training.domains import DOMAINS
from training.generate.summaries import names
from training.slm_text import source_of

PAD, END, UNKNOWN, MASK = "<pad>", "</s>", "<unk>", "<mask>"
VOCABULARY = 6144
#: Words with the blank before them; single digits and marks, so that a number is copied figure by figure.
_PIECES = r" ?\p{L}+| ?\d| ?[^\s\p{L}\d]|\s+(?!\S)|\s"


def train(rows: int, seed: int) -> Tokenizer:
    """A tokenizer from `rows` generated texts of each domain, and as many made-up names."""
    tokenizer = Tokenizer(models.BPE())
    # A blank before the first word of each line: it is then the same piece as anywhere else, and copies as such.
    lines = normalizers.Replace(Regex(r"\s*\n\s*"), "\n ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), lines, normalizers.Prepend(" ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True) for token in (PAD, END, UNKNOWN, MASK)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(rows, seed), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", special_tokens=[(END, tokenizer.token_to_id(END))]
    )
    return tokenizer


def _texts(rows: int, seed: int) -> Iterator[str]:
    rng = random.Random(f"tokenizer-{seed}")
    for domain in DOMAINS:
        for row in domain.generate(rows, seed):
            yield source_of(domain.text_of(row["record"]))
    for _ in range(rows):
        name = rng.choice([names.town, names.street, names.person, names.firm, names.drug])(rng)
        yield rng.choice([name, name, name.upper()])
