"""The two halves of running student code: `runtime` in the sandbox, everything else in the trusted process."""
