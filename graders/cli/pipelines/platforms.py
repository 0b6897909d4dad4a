"""The files that each platform wants, and what is to be done with them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import NamedTuple

from graders.cli.pipelines.filling import filled
from graders.cli.pipelines.packing import tarred, zipped
from graders.cli.pipelines.spec import PipelineSpec
from graders.reports.autolab import autolab
from graders.reports.gradescope import gradescope
from graders.reports.prairielearn import prairielearn

GRADESCOPE_SECONDS = 540
"""Gradescope stops an autograder after ten minutes, unless its settings allow more."""
AUTOLAB_SECONDS = 540
PRAIRIELEARN_SECONDS, PRAIRIELEARN_MOST = 540, 600
"""PrairieLearn allows ten minutes at the most."""
GITHUB_SECONDS = 1500
SPARE = 60
"""Seconds between the end of the marking and the platform's patience."""
_UUIDS = uuid.UUID("6d1c8d0e-5a1f-4b0b-9a55-3c1f6c5f2f11")


class Pipeline(NamedTuple):
    """The files, and a line for each step that is left to the instructor."""

    files: dict[str, bytes]
    steps: list[str]


def for_gradescope(spec: PipelineSpec) -> Pipeline:
    """`autograder.zip`, with setup.sh and run_autograder at its top, and the same unpacked."""
    unmarked = gradescope(spec.unmarked, spec.passed.visibilities(None))
    options = spec.options(spec.seconds(GRADESCOPE_SECONDS))
    files = {
        **spec.installer,
        **spec.own_files,
        "setup.sh": filled("install.sh"),
        "run_autograder": filled(
            "run_autograder", fallback=unmarked.decode().rstrip(), options=options, **spec.words()
        ),
    }
    unpacked = {f"autograder/{name}": content for name, content in files.items()}
    return Pipeline(
        {"autograder.zip": zipped(files), **unpacked},
        [
            "upload autograder.zip under Configure Autograder, base image Ubuntu 22.04 or newer",
            _patience("the assignment's autograder timeout", spec.seconds(GRADESCOPE_SECONDS)),
        ],
    )


def for_autolab(spec: PipelineSpec) -> Pipeline:
    """autograde-Makefile and autograde.tar for the assessment, image/ for Tango."""
    *_, presentation, zeros = autolab(spec.unmarked).splitlines()
    options = spec.options(spec.seconds(AUTOLAB_SECONDS))
    words = spec.words() | {"options": options, "presentation": presentation, "zeros": zeros}
    inside = {"grade.sh": filled("grade.sh", **words), **spec.own_files}
    image = {
        "Dockerfile": filled("autolab-Dockerfile", **words),
        "install.sh": filled("install.sh"),
        **spec.installer,
    }
    return Pipeline(
        {
            "autograde-Makefile": filled("autograde-Makefile", **words),
            "autograde.tar": tarred({f"gradmark/{name}": content for name, content in inside.items()}),
            **{f"image/{name}": content for name, content in image.items()},
        },
        [
            "build image/ as its Dockerfile says, and name it as the autograder's VM image",
            "upload autograde-Makefile and autograde.tar as the autograder's files",
            _patience("the autograder's timeout", spec.seconds(AUTOLAB_SECONDS)),
            f"set the handin filename to {spec.handin}, and give the assessment a problem for each section: "
            + ", ".join(section.id for section in spec.unmarked.counting),
        ],
    )


def for_github(spec: PipelineSpec) -> Pipeline:
    """What the repository that students start from has to hold."""
    seconds = spec.seconds(GITHUB_SECONDS)
    words = spec.words() | {
        "options": spec.options(seconds, "auto").replace('"$here/', '"../gradmark/'),
        "minutes": int(seconds + 5 * SPARE) // 60 + 1,
    }
    own = {"install.sh": filled("install.sh"), **spec.installer, **spec.own_files}
    return Pipeline(
        {
            ".github/workflows/grade.yml": filled("grade.yml", **words),
            **{f".github/gradmark/{name}": content for name, content in own.items()},
        },
        [
            "commit .github to the repository that students start from",
            "for cases of your own, set the secret GRADMARK_SEED to a number; whoever changes the workflow can read it",
        ],
    )


def for_prairielearn(spec: PipelineSpec) -> Pipeline:
    """A question and the image in which it is marked."""
    seconds = min(spec.seconds(PRAIRIELEARN_SECONDS), PRAIRIELEARN_MOST)
    words = spec.words() | {"options": spec.options(seconds)}
    fallback = prairielearn(spec.unmarked).decode().rstrip()
    question = {
        "info.json": _info(spec, min(int(seconds) + SPARE, PRAIRIELEARN_MOST)),
        "question.html": filled("question.html", **words),
        "tests/run.sh": filled("run.sh", fallback=fallback, **words),
        **{f"tests/{name}": content for name, content in spec.own_files.items()},
    }
    image = {
        "Dockerfile": filled("prairielearn-Dockerfile", **words),
        "install.sh": filled("install.sh"),
        **spec.installer,
    }
    return Pipeline(
        {f"question/{name}": content for name, content in question.items()}
        | {f"image/{name}": content for name, content in image.items()},
        [
            f"build image/ and push it as {spec.image_name}",
            f"copy question/ to questions/{spec.homework.id} of the course, and sync",
        ],
    )


def for_classroom50(spec: PipelineSpec) -> Pipeline:
    """What the assignment's folder in the classroom50 repository has to hold; its runner asks for autograder.py."""
    words = spec.words() | {"options": spec.options(spec.seconds(GITHUB_SECONDS), "auto")}
    own = {"install.sh": filled("install.sh"), **spec.installer, **spec.own_files}
    files = {"autograder.py": filled("autograder.py", **words), "mark.sh": filled("classroom50.sh", **words), **own}
    return Pipeline(
        {f"autograders/ASSIGNMENT/{name}": content for name, content in files.items()},
        [
            "copy autograders/ASSIGNMENT to CLASSROOM/autograders of the classroom50 repository, under its slug",
            'give the assignment the runtime {"runs-on": "ubuntu-24.04", "python": "3.11"}',
            "its points are hundredths: Classroom 50 takes whole numbers only",
        ],
    )


def for_docker(spec: PipelineSpec) -> Pipeline:
    """An image that marks what is in /submission, on any machine that runs containers."""
    words = spec.words() | {"options": spec.options(spec.seconds(GITHUB_SECONDS))}
    files = {
        "Dockerfile": filled("Dockerfile", **words),
        "mark.sh": filled("mark.sh", **words),
        "install.sh": filled("install.sh"),
        **spec.installer,
        **spec.own_files,
    }
    return Pipeline(files, [f"docker build -t {spec.image_name} .", "run it as its Dockerfile says"])


def _patience(what: str, seconds: float) -> str:
    return f"set {what} to {int(seconds) + SPARE} s or more: the marking may take {seconds:g}"


def _info(spec: PipelineSpec, timeout: int) -> bytes:
    made = {
        "uuid": str(uuid.uuid5(_UUIDS, f"{spec.homework.id} {spec.passed.shell}")),
        "title": spec.homework.rubric.title,
        "topic": "Deep learning",
        "tags": ["gradmark", spec.homework.id],
        "type": "v3",
        "singleVariant": True,
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": spec.image_name,
            "entrypoint": "/grade/tests/run.sh",
            "timeout": timeout,
            "enableNetworking": False,
        },
    }
    return json.dumps(made, indent=2, ensure_ascii=False).encode() + b"\n"


PLATFORMS: dict[str, Callable[[PipelineSpec], Pipeline]] = {
    "gradescope": for_gradescope,
    "autolab": for_autolab,
    "github": for_github,
    "prairielearn": for_prairielearn,
    "classroom50": for_classroom50,
    "docker": for_docker,
}
