#!/bin/bash
# Makes a1_code_submission.zip: the notebooks, and all code below.
set -e
rm -f a1_code_submission.zip
zip -q a1_code_submission.zip *.ipynb $(find cs231n -name "*.py" -o -name "*.pyx")
echo "a1_code_submission.zip is made; hand it in with a PDF of the notebooks"
