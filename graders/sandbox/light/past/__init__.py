"""In the worker: of the package `future`, the names that Python 2 had, for starter code that ran on both."""
