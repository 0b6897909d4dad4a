"""Marks a folder again and again while its files are being worked on: at each save, what the saved files touch.

Two helpers fork for every piece of work, so that one that a further save makes needless is simply killed. One starts
at once and has recordings alone, the other meanwhile imports what runs checks and collects them.
"""
