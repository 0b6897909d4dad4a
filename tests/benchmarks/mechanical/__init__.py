"""Mutants made mechanically of the worked submissions: how many does the marking miss?"""
