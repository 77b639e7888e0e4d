"""List a session on which `bige collect` itself crashed in its report.

    python pipelines/crashed_session.py SESSION COLLECT_JSON --code CODE --attempt N

The first crash is passed on: another program may have taken the memory, and the job is
tried again. So is an ordinary error, which is the workflow's and not the session's, and
a signal by which somebody has stopped the command.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

ATTEMPTS = 2
STOPS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def main() -> None:
    """Write the report, or end as the command did."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("session", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--code", type=int, required=True)
    parser.add_argument("--attempt", type=int, required=True)
    given = parser.parse_args()
    killed_by = given.code - 128  # what a shell makes of a signal
    crashed = killed_by in set(signal.Signals) - STOPS
    if not crashed or given.attempt < ATTEMPTS:
        sys.exit(given.code)
    reason = (
        f"The program crashed on it {ATTEMPTS} times "
        f"({signal.Signals(killed_by).name}); run `bige collect {given.session}` alone "
        "to see where."
    )
    found = {
        "repetitions": {"accepted": 0, "rejected": 0},
        "failed": [{"source": given.session.name, "reason": reason}],
        "trials": [],
        "content_hash": None,
        "manifest": {"warnings": []},
    }
    temporary = given.report.with_suffix(".part")
    temporary.write_text(json.dumps(found, indent=2))
    temporary.replace(given.report)


if __name__ == "__main__":
    main()
