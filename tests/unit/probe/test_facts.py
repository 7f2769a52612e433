"""Facts as JSON that every reader keeps exact."""

from __future__ import annotations

import rfc8785

from pipeline.probe.facts import exact


def test_integers_that_json_readers_would_round_become_text() -> None:
    facts = exact({"ran": {"maxsize": 2**63 - 1, "low": -(2**53), "fits": 2**53 - 1}, "list": [2**60, True, 1.5]})
    assert facts == {
        "ran": {"maxsize": "9223372036854775807", "low": "-9007199254740992", "fits": 2**53 - 1},
        "list": ["1152921504606846976", True, 1.5],
    }
    assert rfc8785.dumps(facts)
