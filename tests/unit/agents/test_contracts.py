"""Rules of the contracts: examples are valid and read, invalid ones are refused by the schema and named for why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from agents import contracts
from stream_slm.errors import ConfigurationError, RecordError, SchemaInvalid
from stream_slm.pipeline.text import check_pointer
from stream_slm.pipeline.validation import validator
from tests.unit.agents.domains import ROOT, SPECS, examples, read_back, samples

CHECKS: dict[str, Callable[[Any], None]] = {domain: validator(spec.schema, domain) for domain, spec in SPECS.items()}
ENVELOPE = ROOT / "stream_slm" / "schemas"
VALID, INVALID = examples("examples"), examples("invalid")


def names(cases: list[tuple[str, str, Any]]) -> list[str]:
    return [f"{domain}/{name}" for domain, name, _ in cases]


@pytest.mark.parametrize(("domain", "name", "document"), VALID, ids=names(VALID))
def test_an_example_is_valid_and_its_text_is_read(domain: str, name: str, document: Any) -> None:
    """What the contract shows is what the agent takes; every part stands where its pointer says."""
    CHECKS[domain](document)
    parts = SPECS[domain].text(document)
    assert any(part.text.strip() for part in parts if not part.fields), name
    for part in parts:
        check_pointer(part.pointer)
        if part.fields:
            assert part.pointer == ""
            assert all(check_pointer(field) for field in part.fields)
        else:
            assert read_back(document, part) == part.text


@pytest.mark.parametrize(("domain", "name", "document"), INVALID, ids=names(INVALID))
def test_an_invalid_example_is_refused(domain: str, name: str, document: Any) -> None:
    """By the schema; what is no object does not even reach it."""
    del name
    with pytest.raises(SchemaInvalid) as caught:
        CHECKS[domain](document)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("domain", SPECS)
def test_every_sample_is_read_or_is_a_bad_record(domain: str) -> None:
    """The demo's feed: nine of ten are valid, and their spans resolve; the rest fail as records, not as code."""
    taken = 0
    documents = samples(domain)
    for document in documents:
        try:
            CHECKS[domain](document)
            parts = SPECS[domain].text(document)
        except RecordError:
            continue
        taken += any(not part.fields for part in parts)
        assert all(part.fields or read_back(document, part) == part.text for part in parts)
    assert len(documents) > 50
    assert taken >= 0.9 * len(documents)


@pytest.mark.parametrize("file", sorted((ENVELOPE / "examples").glob("*.json")), ids=lambda file: file.stem)
def test_the_envelopes_examples_are_valid(file: Path) -> None:
    """They are what a subscriber is shown."""
    schema = ROOT / "stream_slm/schemas" / f"{file.stem.partition('-')[0]}.v1.schema.json"
    compiled = jsonschema_rs.validator_for(orjson.loads(schema.read_bytes()), validate_formats=True)
    assert [error.message for error in compiled.iter_errors(orjson.loads(file.read_bytes()))] == []


@pytest.mark.parametrize("domain", SPECS)
def test_names_of_a_domain_are_one(domain: str) -> None:
    """Topic, pipeline and domain are spelled alike, and the schema is the domain's."""
    spec = SPECS[domain]
    assert (spec.name, spec.domain, spec.source) == (domain, domain, f"{domain}.v1")
    assert domain in (spec.schema or {})["$id"]
    assert spec.alerts[0].scope == ("Public" if domain == "traffic-events" else "Private")


def test_a_missing_schema_names_the_file() -> None:
    """An image without `schemas/` says so at start."""
    with pytest.raises(ConfigurationError, match=r"nothing\.schema\.json"):
        contracts.schema("transactions", "nothing")
