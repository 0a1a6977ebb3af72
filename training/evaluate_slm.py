"""Measures `slm-tiny` on patterns and on hand-written records it never saw, beside the extractive summary."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from stream_slm.engine.bundle import Bundle, build_default
from stream_slm.engine.language_model import Decoding, Form, Instruction, LanguageModel
from stream_slm.tasks import head
from stream_slm.tasks.guard import check
from stream_slm.tasks.summarize import Summarize
from stream_slm.tasks.text import EncodedText
from training.domains import DOMAINS, Domain
from training.features import encoder_only, read
from training.generate.summaries import mixture
from training.generate.summaries.item import Item
from training.slm_data import MAX_TARGET, rows_in
from training.slm_measures import numbers, repeats, rouge_l, rouge_n, stated
from training.slm_text import rows_of, source_of

BUNDLE = Path(__file__).parent.parent / "stream_slm" / "bundles" / "slm-tiny"
HEADS = Path(__file__).parent.parent / "stream_slm" / "bundles" / "minilm-l6-v2"
_REPLICAS, _BATCH = 2, 32
WRITTEN = Path(__file__).parent / "heldout" / "summaries"
#: Facts of a generated item that must stand in its summary as they stand in the text, where the reference has them.
_EXACT = ("amount", "name", "road", "place")


@dataclass(frozen=True, slots=True)
class Writer:
    """The model of a bundle, asked as a worker asks it: length-sorted batches, as many at once as it has replicas."""

    model: LanguageModel
    form: Form
    decoding: Decoding

    @classmethod
    def load(cls, folder: Path, beam: int) -> Writer:
        """With two replicas of one thread."""
        model = Bundle.load(folder).language_model(inter_threads=_REPLICAS)
        return cls(
            model, model.form(Instruction(), reserve=MAX_TARGET), Decoding(max_length=MAX_TARGET, beam_size=beam)
        )

    def write(self, texts: Sequence[str]) -> list[str]:
        """A summary of each text; one too long is read as far as there is room."""
        prompts = [self.form.around(tokens[: self.form.room]) for tokens in self.model.tokenize(texts)]
        order = sorted(range(len(texts)), key=lambda place: len(prompts[place]))
        cuts = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        written: dict[int, str] = {}
        with ThreadPoolExecutor(_REPLICAS) as pool:
            asked = pool.map(lambda cut: self.model.generate([prompts[place] for place in cut], self.decoding), cuts)
            for cut, answers in zip(cuts, asked, strict=True):
                written |= {place: answer.text for place, answer in zip(cut, answers, strict=True)}
        return [written[place] for place in range(len(texts))]


def main() -> int:
    """Print the tables; `--json` writes the figures too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="folder of the model (default: the one in the box)")
    parser.add_argument("--items", type=int, default=2000, help="generated items (default: 2000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--beam", type=int, default=1, help="beam size (default: 1, greedy)")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="folder of hand-written records")
    parser.add_argument("--data", type=Path, help="folder of public sets with summaries, for ROUGE on real text")
    parser.add_argument("--show", type=int, default=0, help="print so many summaries of hand-written records")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    writer = Writer.load(arguments.bundle, arguments.beam)
    figures: dict[str, Any] = {"generated": generated(writer, arguments.items, arguments.seed)}
    figures["written"] = written(writer, arguments.written, arguments.show)
    if arguments.data:
        figures["real"] = real(writer, arguments.data, arguments.seed)
    figures["speed"] = speed(writer)
    for title, rows in figures.items():
        show(title, rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def generated(writer: Writer, count: int, seed: int) -> dict[str, Any]:
    """On items that hold a pattern which training never shows."""
    items = list(mixture.items(count, seed, heldout=True))
    texts = writer.write([item.text for item in items])
    table = {}
    for domain in mixture.DOMAINS:
        pairs = [(item, text) for item, text in zip(items, texts, strict=True) if item.domain == domain]
        table[domain] = {
            "items": len(pairs),
            "all facts right": mean(right(item, text) for item, text in pairs),
            "numbers right": mean(numbers_right(item, text) for item, text in pairs),
            "ROUGE-L": mean(max(rouge_l(text, reference) for reference in item.references) for item, text in pairs),
            "same as reference": mean(text == item.references[0] for item, text in pairs),
            "empty or repeating": mean(not text.strip() or repeats(text) for item, text in pairs),
            "guard passes": mean(check(text, item.text).passed for item, text in pairs),
        }
    return table


def numbers_right(item: Item, text: str) -> bool:
    """Whether every number written stands in one of the references: one of the source's others would be wrong."""
    allowed = {number for reference in item.references for number in numbers(reference)}
    return allowed.issuperset(numbers(text))


def right(item: Item, text: str) -> bool:
    """Whether numbers are right, and amount, payee, road and place stand in the summary as the reference has them."""
    wanted = [item.facts[kind] for kind in _EXACT if kind in item.facts and item.facts[kind] in item.references[0]]
    return numbers_right(item, text) and all(fact.casefold() in text.casefold() for fact in wanted)


def written(writer: Writer, folder: Path, shown: int) -> dict[str, Any]:
    """On records written by hand with a fact sheet, beside extraction with as many words."""
    encoder = Bundle.load(build_default(encoder_only())).encoder()
    table = {}
    for domain in DOMAINS:
        path = folder / f"{domain.name}.jsonl"
        if not path.exists():
            continue
        rows = rows_of(path)
        parts = [domain.text_of(row["record"]) for row in rows]
        sources = [source_of(part) for part in parts]
        summaries = writer.write(sources)
        budgets = [max(1, len(summary.split())) for summary in summaries]
        extracts = extracted(domain, read(encoder, parts), budgets)
        passed = [check(summary, source).passed for summary, source in zip(summaries, sources, strict=True)]
        total = sum(len(row["facts"]) for row in rows)
        # What a consumer gets: where the guard refuses, the extract.
        served = [s if good else e for s, e, good in zip(summaries, extracts, passed, strict=True)]
        table[domain.name] = {
            "records": len(rows),
            "guard passes": mean(passed),
            "facts stated": facts_stated(summaries, rows) / total,
            "facts stated, guarded": facts_stated(served, rows) / total,
            "facts stated by extract": facts_stated(extracts, rows) / total,
            "words": mean(budgets),
            "empty or repeating": mean(not text.strip() or repeats(text) for text in summaries),
        }
        for row, source, summary, extract in list(zip(rows, sources, summaries, extracts, strict=True))[:shown]:
            print(
                f"{row['id']} {source}\n  model:   {summary}\n  extract: {extract}\n  guard:   {check(summary, source).reason}"
            )
    return table


def facts_stated(summaries: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> int:
    """Facts of all records that their summaries state."""
    return sum(stated(summary, row["facts"]) for summary, row in zip(summaries, rows, strict=True))


def extracted(domain: Domain, texts: Sequence[EncodedText], budgets: Sequence[int]) -> list[str]:
    """What the worker would extract in so many words, led by the heads in the box."""
    entries = json.loads((HEADS / "heads.json").read_text(encoding="utf-8"))
    heads = [head.load(HEADS, entries[task]) for task in domain.tasks]
    summaries = []
    for text, budget in zip(texts, budgets, strict=True):
        salience = np.zeros(len(text.sentences), np.float32)
        for each in heads:
            shares = each.shares(text)
            salience = salience + shares[:, int(each.logits_of(shares).argmax())]
        summaries.append(Summarize(max_words=budget).summarize(text, salience, "").text)
    return summaries


def real(writer: Writer, data: Path, seed: int) -> dict[str, Any]:
    """ROUGE on public notes and questions with summaries, at the model's word budget, beside lead and chance."""
    encoder = Bundle.load(build_default(encoder_only())).encoder()
    domain = next(domain for domain in DOMAINS if domain.name == "clinical-notes")
    rng = np.random.default_rng(seed)
    trained = {text for text, _ in rows_in(data)}
    table = {}
    for name in ("clin_mts_dialog_sum", "clin_meqsum"):
        rows = rows_of(data / name / "data.jsonl")
        # What `--data` would not have trained on.
        rows = [row for row in rows if row.get("summary") and row["text"].strip() and row["text"] not in trained]
        parts = [domain.text_of({"text": row["text"]}) for row in rows]
        summaries = writer.write([source_of(part) for part in parts])
        budgets = [max(4, len(summary.split())) for summary in summaries]
        encoded = read(encoder, parts)
        extracts = extracted(domain, encoded, budgets)
        leads = [_cut(text.sentences[0].text, budget) for text, budget in zip(encoded, budgets, strict=True)]
        anyone = [
            _cut(text.sentences[int(rng.integers(len(text.sentences)))].text, budget)
            for text, budget in zip(encoded, budgets, strict=True)
        ]
        for who, texts in (("slm-tiny", summaries), ("extract", extracts), ("lead", leads), ("random", anyone)):
            pairs = [(text, row["summary"]) for text, row in zip(texts, rows, strict=True)]
            table[f"{name}: {who}"] = {
                "ROUGE-1": mean(rouge_n(text, wanted, 1) for text, wanted in pairs),
                "ROUGE-2": mean(rouge_n(text, wanted, 2) for text, wanted in pairs),
                "ROUGE-L": mean(rouge_l(text, wanted) for text, wanted in pairs),
            }
    return table


def _cut(text: str, words: int) -> str:
    return " ".join(text.split()[:words])


def speed(writer: Writer) -> dict[str, Any]:
    """Summaries and pieces a second of the hand-written records, on two threads."""
    texts = []
    for domain in DOMAINS[::2]:
        rows = rows_of(WRITTEN / f"{domain.name}.jsonl")
        texts += [source_of(domain.text_of(row["record"])) for row in rows]
    texts *= 5
    writer.write(texts[:200])
    started = time.perf_counter()
    summaries = writer.write(texts)
    passed = time.perf_counter() - started
    pieces = sum(map(len, writer.model.tokenize(summaries)))
    return {"int8, 2 threads": {"summaries/s": len(texts) / passed, "pieces written/s": pieces / passed}}


def show(title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    """Print a table."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = Table("", *names, title=title)
    for row, cells in rows.items():
        table.add_row(
            row, *(f"{cells[name]:.3f}" if isinstance(cells[name], float) else str(cells[name]) for name in names)
        )
    Console(file=sys.stdout, width=180).print(table)


if __name__ == "__main__":
    raise SystemExit(main())
