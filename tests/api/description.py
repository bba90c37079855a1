"""The API against its own description: what that allows is sent, and what it forbids, and the answers compared."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

# Not «positive_data_acceptance»: rules between two fields, and keys and cursors that must have been given out before,
# cannot be said in a schema, so well-formed requests are refused with reason.
COMPARED = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
)


@dataclass(slots=True)
class Walk:
    """What came of all requests: how many to how many operations, and each disagreement in words."""

    operations: int = 0
    requests: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def walk(app: Flask, secret: str, *, places: Mapping[str, Mapping[str, str]], examples: int, number: int = 1) -> Walk:
    """Send so many requests to every operation, by Hypothesis with this seed ``number``.

    Every other request names what exists, by the parts of addresses in ``places``; else most would end with a 404.
    """
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers, record = {"Authorization": f"Bearer {secret}"}, Walk()
    for made in described.get_all_operations():
        operation = made.ok()
        record.operations += 1
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation, mode, headers, places, record, examples=(examples + 1) // 2, number=number)
    return record


def _try(
    operation: Any,
    mode: GenerationMode,
    headers: dict[str, str],
    places: Mapping[str, Mapping[str, str]],
    record: Walk,
    *,
    examples: int,
    number: int,
) -> None:
    def run(case: Any) -> None:
        record.requests += 1
        if record.requests % 2:
            for start, parts in places.items():
                if f"/v1{start}" in operation.full_path:
                    case.path_parameters.update({name: parts[name] for name in case.path_parameters.keys() & parts})
        try:
            answer = case.call_and_validate(headers=headers, checks=COMPARED)
            record.answers[answer.status_code] += 1
        except FailureGroup as group:
            for failure in group.exceptions:
                fault = " ".join(str(failure).split())
                record.disagreements.append(
                    f"{operation.label} ({mode.value}): {fault[:300]} {case.as_curl_command()[:400]}"
                )

    strategy = operation.as_strategy(generation_mode=mode)
    limits = settings(
        max_examples=examples,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    seed(number)(limits(given(case=strategy)(run)))()
