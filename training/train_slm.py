"""Trains `slm-tiny` from a seed: tokenizer, then a model that first copies, then summarises; resumes where it stopped."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import T5ForConditionalGeneration

from training import slm_tokenizer
from training.slm_data import batches, rows_in
from training.slm_model import losses, new_model

WORK = Path(__file__).parent.parent / "build" / "slm-tiny"
_SAVE_EVERY_S = 180.0
_SHOW_EVERY = 25


def main() -> int:
    """Train, or go on with training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--steps", type=int, default=30_000, help="of the whole training (default: 30000)")
    parser.add_argument("--copy-steps", type=int, default=3_000, help="how many of them only copy (default: 3000)")
    parser.add_argument("--batch", type=int, default=7_500, help="pieces a batch (default: 7500)")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate (default: 0.0015)")
    parser.add_argument(
        "--data", type=Path, help="folder of SET/data.jsonl with `text` and `summary`, to train on as well"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=WORK, help="checkpoints and the log of losses")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    arguments.work.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_in(arguments.work, arguments.seed)
    model = new_model(tokenizer.get_vocab_size())
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=arguments.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    state = resume(arguments.work, model, optimizer)
    run(arguments, tokenizer, model, optimizer, state)
    return 0


def tokenizer_in(work: Path, seed: int) -> Tokenizer:
    """The tokenizer of this training, trained where there is none yet."""
    path = work / "tokenizer.json"
    if not path.exists():
        print("tokenizer: training", file=sys.stderr)
        slm_tokenizer.train(15_000, seed).save(str(path))
    return Tokenizer.from_file(str(path))


def resume(work: Path, model: T5ForConditionalGeneration, optimizer: torch.optim.Optimizer) -> dict[str, int]:
    """Load the last checkpoint, if there is one."""
    path = work / "checkpoint.pt"
    if not path.exists():
        print(f"model: {sum(p.numel() for p in model.parameters()):,} parameters, from scratch", file=sys.stderr)
        return {"step": 0, "pool": 0, "items": 0}
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    print(f"model: resumed at step {saved['step']}", file=sys.stderr)
    return {name: saved.get(name, 0) for name in ("step", "pool", "items")}


def run(
    arguments: argparse.Namespace,
    tokenizer: Tokenizer,
    model: T5ForConditionalGeneration,
    optimizer: torch.optim.Optimizer,
    state: dict[str, int],
) -> None:
    """Descend until the steps are done."""
    saved = shown = time.monotonic()
    seen = steps = 0
    sums = [0.0, 0.0, 0.0]
    stopped: list[int] = []
    # Whoever ends a long training loses nothing of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stopped.append(received))
    log = (arguments.work / "losses.jsonl").open("a", encoding="utf-8")
    rows = rows_in(arguments.data) if arguments.data else []
    while state["step"] < arguments.steps:
        # One or the other: nothing in a text says which is wanted.
        copying = 1.0 if state["step"] < arguments.copy_steps else 0.0
        for batch in batches(tokenizer, arguments.seed, state["pool"], copying, arguments.batch, rows):
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * pace(state["step"], arguments.steps)
            loss, piece, right = losses(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            state["step"] += 1
            state["items"] += len(batch.source)
            seen, steps = seen + len(batch.source), steps + 1
            sums = [sums[0] + loss.item(), sums[1] + piece.item(), sums[2] + right.item()]
            if state["step"] % _SHOW_EVERY == 0:
                now = time.monotonic()
                entry = {
                    "step": state["step"],
                    "loss": round(sums[0] / steps, 4),
                    "piece": round(sums[1] / steps, 4),
                    "right": round(sums[2] / steps, 4),
                    "items_per_s": round(seen / (now - shown), 1),
                }
                print(json.dumps(entry), file=log, flush=True)
                print(f"step {state['step']}/{arguments.steps} {entry}", file=sys.stderr, flush=True)
                shown, seen, steps, sums = now, 0, 0, [0.0, 0.0, 0.0]
            done = bool(stopped) or state["step"] == arguments.steps
            if done or time.monotonic() - saved > _SAVE_EVERY_S:
                save(arguments, model, optimizer, state)
                saved = time.monotonic()
            if done:
                return
        state["pool"] += 1


def pace(step: int, steps: int) -> float:
    """The learning rate's share: up in 300 steps, level, then down to nothing over the last two fifths."""
    return min(1.0, (step + 1) / 300, max(0.0, (steps - step) / (0.4 * steps)))


def save(
    arguments: argparse.Namespace,
    model: T5ForConditionalGeneration,
    optimizer: torch.optim.Optimizer,
    state: dict[str, int],
) -> None:
    """A checkpoint that replaces the last at once, so that a kill leaves one that is whole."""
    told = {"seed": arguments.seed, "copy_steps": arguments.copy_steps, "steps": state["step"]}
    # What is left of the pool is passed over: no item is seen twice.
    told["pool"] = state["pool"] + 1
    partial = arguments.work / "checkpoint.pt.new"
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), **state, **told}, partial)
    partial.replace(arguments.work / "checkpoint.pt")


if __name__ == "__main__":
    raise SystemExit(main())
