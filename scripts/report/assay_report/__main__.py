"""python3 -m assay_report: says in one line what is missing."""

from __future__ import annotations

import sys

UNAVAILABLE = 5

try:
    from assay_report.command import main
except ModuleNotFoundError as problem:
    print(
        f"assay: report needs the Python package {problem.name}; "
        "install jinja2, matplotlib and numpy",
        file=sys.stderr,
    )
    sys.exit(UNAVAILABLE)

sys.exit(main())
