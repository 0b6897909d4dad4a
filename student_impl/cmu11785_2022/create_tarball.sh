#!/bin/sh
# Packs the code to hand in. From the homework's top level folder: sh create_tarball.sh

if [ ! -d mytorch/nn ]; then
    echo "create_tarball.sh: no mytorch/nn here, so nothing was packed: run it in the homework's top level folder" >&2
    exit 1
fi

set -- mytorch
if [ -d models ]; then
    set -- "$@" models
fi

# COPYFILE_DISABLE keeps macOS from adding a "._" twin to every file.
if ! problem=$(COPYFILE_DISABLE=1 tar -cf handin.tar --exclude='__pycache__' --exclude='*.pyc' --exclude='.*' "$@" 2>&1); then
    rm -f handin.tar 2>/dev/null
    echo "create_tarball.sh: tar could not make handin.tar: $(echo "$problem" | head -n 1)" >&2
    exit 1
fi

echo "Made handin.tar: $(tar -tf handin.tar | grep -c '\.py$') Python files from $*"
