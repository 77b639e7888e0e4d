"""Squats of UI-PRMD to OpenCap-shaped sessions, one a subject, and a table of errors.

    python pipelines/ui_prmd.py FOLDER_OF_UI_PRMD MODEL.osim -o SESSIONS

A run that was stopped goes on where it was; `--subjects 1 2` does these only.

FOLDER_OF_UI_PRMD holds `correct/` and `incorrect/` with the gzipped marker positions,
MODEL.osim is OpenCap's LaiUhlrich2022 (its knees bend to 140 degrees). The files give
neither stature nor mass. Stature is taken as the head markers' mean height while
standing plus 0.10 m, for the band is worn that far below the crown; mass as that of a
body mass index of 23 kg/m². Both are assumptions and stand in the sessions' metadata.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.io.session.marker_report import REPORT
from bige_osim.io.session.ui_prmd import parse_name, read_ui_prmd
from bige_osim.markers.static_pose import find_standing
from bige_osim.stages.import_markers import ImportRequest, import_markers

MARKERSET = "plug_in_gait_39"
HEAD = ("LFHD", "RFHD", "LBHD", "RBHD")
CROWN = 0.10
"""Height of the crown over the head markers, m: an assumption."""

BODY_MASS_INDEX = 23.0
"""kg/m²: an assumption."""

GOOD = 25.0
"""Error of pelvis, trunk and leg markers that a file should stay within, mm RMS."""


def main() -> None:
    """Import every subject and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--movement", type=int, default=1)
    parser.add_argument("--subjects", type=int, nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    subjects = find_files(given.folder, movement=given.movement)
    for subject, files in subjects.items():
        if given.subjects and subject not in given.subjects:
            continue
        session = given.output / f"ui_prmd_s{subject:02d}"
        if (session / REPORT).exists():
            continue  # a run that was stopped goes on
        start = time.perf_counter()
        stature = estimate_stature(files)
        request = ImportRequest(
            files=tuple(files),
            markerset=MARKERSET,
            mass=round(BODY_MASS_INDEX * stature**2, 1),
            height=stature,
            generic=given.model,
        )
        try:
            import_markers(request, output=session, jobs=given.jobs)
        except BigeError as error:
            print(f"{session.name}: {error}")
            continue
        print(f"{session.name}: {time.perf_counter() - start:.0f} s", flush=True)
    print_table(sorted(given.output.glob(f"ui_prmd_s*/{REPORT}")))


def find_files(folder: Path, *, movement: int) -> dict[int, list[Path]]:
    """Files of a movement, by subject, correct ones first."""
    found: dict[int, list[Path]] = {}
    for path in sorted(folder.glob("*correct/*.txt.gz")):
        episode = parse_name(path)
        if episode is not None and episode.movement == movement:
            found.setdefault(episode.subject, []).append(path)
    return dict(sorted(found.items()))


def estimate_stature(files: list[Path]) -> float:
    """Stature, m, from the head markers while standing: the median of all files."""
    heights = []
    for path in files:
        markers = read_ui_prmd(path)
        pose = find_standing(
            markers, pelvis=("LASI", "RASI", "LPSI", "RPSI"), feet=("LHEE", "RHEE")
        ).pose
        seen = [pose.marker(name)[0, 1] for name in HEAD if name in pose.names]
        heights.append(np.mean(seen))
    return round(float(np.median(heights)) + CROWN, 3)


def print_table(summaries: list[Path]) -> None:
    """Errors of every subject and of all files, and the files that are not good."""
    everything = []
    print(
        "| subject | stature, mass | files | median | worst | arms, head | <= 25 mm |"
    )
    print("|---|---|---|---|---|---|---|")
    for path in summaries:
        summary = json.loads(path.read_text(encoding="utf-8"))
        config, rows = summary["manifest"]["config"], summary["trials"]
        everything += [(summary["person"], row) for row in rows]
        body = f"{config['height_m']:.2f} m, {config['mass_kg']:.0f} kg"
        print(f"| {summary['person']} | {body} | {_cells(rows)} |")
    print(f"| all | | {_cells([row for _, row in everything])} |")
    for person, row in everything:
        if "error" in row:
            print(f"{person} {row['trial']}: {row['error']}")
        elif row["core_rms_mm"] > GOOD:
            worst = sorted(row["markers"].items(), key=lambda m: -m[1]["rms_mm"])
            named = ", ".join(f"{n} {m['rms_mm']:.0f}" for n, m in worst[:8])
            print(f"{person} {row['trial']}: {row['core_rms_mm']:.1f} mm; {named}")


def _cells(rows: list[dict]) -> str:
    good = [row for row in rows if "error" not in row]
    core = np.array([row["core_rms_mm"] for row in good])
    arms = np.array([row["arms_head_rms_mm"] for row in good])
    share = 100 * np.count_nonzero(core <= GOOD) / len(rows)
    return (
        f"{len(rows)} | {np.median(core):.1f} | {core.max():.1f} | "
        f"{np.median(arms):.1f} | {share:.0f} %"
    )


if __name__ == "__main__":
    main()
