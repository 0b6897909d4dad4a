"""What runs in the sandbox: the only code of ours that shares a process with student code.

A worker has this folder under the name `gradmark_worker`. It knows the standard library, NumPy and, where a homework
has them, PyTorch and matplotlib; nothing else of gradmark, and it names its own files relatively. The trusted side
imports what it needs to speak the same language from here, never the reverse.
"""
