"""A SLURM of this one machine, for as long as a test needs it."""

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "srun")
FILES_OF_MUNGE = ("key", "pid", "seed", "log")

OPTIONS = (
    *("--default-resources", "slurm_account=none", "slurm_partition=main"),
    *("runtime=20", "mem_mb=1000"),
    *("--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "2"),
    *("--seconds-between-status-checks", "2", "--latency-wait", "5"),
)
"""Settings of Snakemake: no accounting, and short waits."""

CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""
"""Without control groups and accounting, so that no rights are needed."""


def missing_programs() -> list[str]:
    """Those of SLURM that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def one_node_slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Start it; yield the variables that its commands need, and stop it at the end.

    Parameters
    ----------
    folder : for all its files; a short path, for it holds a socket
    """
    for name in ("bin", "state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)
    control_port, node_port = free_ports(2)
    configuration = folder / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            host=socket.gethostname().split(".")[0],
            user=getpass.getuser(),
            folder=folder,
            control_port=control_port,
            node_port=node_port,
            cores=psutil.cpu_count(logical=False),
            memory=psutil.virtual_memory().total // 1024**2 * 9 // 10,
        )
    )
    # Snakemake forgets SLURM_CONF before it calls srun
    srun = folder / "bin" / "srun"
    srun.write_text(
        f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun")} "$@"\n'
    )
    srun.chmod(0o755)
    environment = {
        "SLURM_CONF": str(configuration),
        "PATH": f"{srun.parent}{os.pathsep}{os.environ['PATH']}",
    }
    files = [f"--{name}-file={folder}/munge.{name}" for name in FILES_OF_MUNGE]
    files += [f"--socket={folder}/munge.socket"]
    with ExitStack() as running:
        for command in (
            ["munged", "--foreground", "--force", *files],
            ["slurmctld", "-D"],
            ["slurmd", "-D"],
        ):
            running.enter_context(daemon(command, folder, environment))
        wait_until_idle(folder, environment)
        yield environment


@contextmanager
def daemon(
    command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[None]:
    """Keep a program running in the background."""
    with (folder / f"{command[0]}.log").open("w") as log:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_idle(folder: Path, environment: dict[str, str]) -> None:
    """Wait until the node takes jobs."""
    for _ in range(60):
        state = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if state.stdout.strip() == "idle":
            return
        time.sleep(0.5)
    logs = "\n".join(path.read_text() for path in sorted(folder.glob("slurm*.log")))
    raise RuntimeError(f"SLURM did not start: {state.stdout}{state.stderr}\n{logs}")


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
