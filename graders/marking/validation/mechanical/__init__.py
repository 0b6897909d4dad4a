"""Small mistakes that a program makes in a worked submission: how strong is the marking?"""
