"""How student code is kept away from everything else: in bubblewrap, or as a process with limits."""
