"""`python -m graders` is the same program as `gradmark`."""

import sys
from pathlib import Path


def main() -> None:
    """The program, which takes a second to be imported: Ctrl-C may come that early."""
    try:
        from graders.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


def _leave_the_current_folder() -> None:
    """`-m` puts it first on the path: a submission's numpy.py would be imported into this process in NumPy's place."""
    if not sys.flags.safe_path and Path(sys.path[0]) != Path(__file__).resolve().parents[1]:
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_current_folder()
    main()
