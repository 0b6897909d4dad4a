"""What the process that `gradmark` is forked from in tests has imported."""

import importlib
import pkgutil

import graders.cli
import graders.cli.app
import graders.marking.submission_run
import reference

for package in (graders.cli, reference):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
