"""Reports as web pages: each is one file that asks for nothing else, and a pure function of what it shows."""
