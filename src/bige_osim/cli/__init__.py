"""The ``bige`` command: one short file per verb."""

import os
import signal
import sys

if os.path.basename(sys.argv[0]) == "bige":  # noqa: PTH119  (pathlib is slow to load)
    # Until the command takes signals itself, Ctrl-C ends it without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import click

from bige_osim.cli.agreement import agreement
from bige_osim.cli.balance import balance
from bige_osim.cli.bench import bench
from bige_osim.cli.collect import collect
from bige_osim.cli.compare import compare
from bige_osim.cli.demo import demo
from bige_osim.cli.doctor import doctor
from bige_osim.cli.figures import figures
from bige_osim.cli.group import BigeGroup
from bige_osim.cli.guide import guide
from bige_osim.cli.import_markers import import_markers
from bige_osim.cli.info import info
from bige_osim.cli.look import look
from bige_osim.cli.report import report
from bige_osim.cli.retarget import retarget
from bige_osim.cli.sample import sample
from bige_osim.cli.score import score
from bige_osim.cli.solve import solve
from bige_osim.cli.studio import studio
from bige_osim.cli.synth import synth
from bige_osim.cli.train import train
from bige_osim.cli.validate import validate
from bige_osim.cli.view import view

# The nets are small: a second thread gains little on a quiet machine and costs a
# factor of ten on a busy one. Set before torch and NumPy are loaded by a command.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@click.group(cls=BigeGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bige-osim", prog_name="bige")
def main() -> None:
    """Simulate muscle activations of OpenCap recordings and guide new motions.

    Start with: bige demo
    """


for _command in (
    demo,
    info,
    import_markers,
    retarget,
    solve,
    collect,
    synth,
    balance,
    train,
    sample,
    look,
    guide,
    validate,
    score,
    agreement,
    compare,
    figures,
    report,
    view,
    studio,
    bench,
    doctor,
):
    main.add_command(_command)
