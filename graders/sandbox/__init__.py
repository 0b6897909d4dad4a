"""The two halves of running student code: `inside` in the sandbox, everything else in the trusted process."""
