"""What checks ask a right submission, recorded once and asked of others: who answers in the same way has passed.

Cases and expected values are the same for every submission. Where a submission answers as a right one must, a check's
whole conversation is known beforehand, and its outcome with it: passed. Whatever comes otherwise shows nothing by
itself: the check is then run as if it had never been recorded, on a fresh child of the worker. So marks are the same
with recordings and without, and what they spare is drawing cases, asking oracles, and importing what does that.
"""
