"""`python -m graders` is the same program as `gradmark`."""

from graders.cli.app import main

main()
