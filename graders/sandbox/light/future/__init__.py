"""In the worker: of the package `future`, what starter code calls to run on Python 2, too; here it is no work."""
