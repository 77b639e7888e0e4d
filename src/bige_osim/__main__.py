"""``python -m bige_osim``: the command line, as ``torchrun -m bige_osim`` needs it."""

from bige_osim.cli import main

if __name__ == "__main__":
    main()
