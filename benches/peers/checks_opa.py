"""The ten checks in OPA; needs the package `opa-golib-python-bindings`, which ships OPA as a library.

OPA itself parses the YAML (`yaml.unmarshal`) and judges it; Python reads the file and hands over its text.
"""

import json
import sys
from pathlib import Path

from opa_bindings import OpaEngine

_QUERY = "failing = data.peers.failing with input as yaml.unmarshal(input.text)"


def main(folder: Path) -> None:
    """Judges every bundle of the folder."""
    engine = OpaEngine()
    engine.add_policy("checks.rego", Path(__file__).with_name("checks.rego").read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.yaml")):
        answer = engine.eval_query(_QUERY, {"text": path.read_text(encoding="utf-8")})
        print(json.dumps({"bundle": path.name, "failing": sorted(answer[0]["failing"])}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
