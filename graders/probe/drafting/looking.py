"""Looks at a piece in the sandbox: made and called as is proposed, what comes back at one point."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from graders import UsageError
from graders.probe.anatomy import anatomy_of
from graders.probe.api import Api
from graders.probe.arguments import INPUT, LABELS, PARAMETER, WHOLE
from graders.probe.bench import Bench
from graders.probe.discovery import Inapplicable, attempts
from graders.probe.drafting.inventory import Piece
from graders.probe.drafting.proposals import Proposal
from graders.probe.drawing import Array
from graders.probe.evaluate import Evaluation
from graders.probe.faults import Finding
from graders.probe.forms import Form
from graders.probe.lasting import adding_up
from graders.probe.request import Request, Target
from graders.probe.subject import Subject, construct, pair
from graders.sandbox.faults import StudentError, StudentFault
from graders.sandbox.process import Worker

MAX_WAYS = 8
"""Ways of calling backward that are looked at for one proposal."""
SECONDS, CPU_SECONDS = 30.0, 20
SEED = 7
_NOWHERE = Path()


@dataclass(frozen=True)
class Sight:
    """What was seen: how it is called, and at one point the inputs and parameters, the output, the gradients."""

    piece: Piece
    proposal: Proposal
    api: Api
    arrays: Mapping[str, Array]
    labels: Mapping[str, Array]
    forms: Mapping[str, Form]
    upstream: Array
    output: Array
    gradients: Mapping[str, Array | None]
    added: tuple[str, ...] = ()
    """The names of gradients that add up from one backward pass to the next."""


class Laboratory:
    """The worked solution in a worker, imported once."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def sights(self, piece: Piece, proposal: Proposal) -> Iterator[Sight]:
        """What is seen in each way that works; none where the piece can't be made or called so."""
        session = self._worker.open_session(SECONDS, CPU_SECONDS)
        bench = Bench(session)
        try:
            yield from self._sights(bench, piece, proposal)
        except (UsageError, Finding, StudentFault):
            return
        finally:
            session.close()

    def _sights(self, bench: Bench, piece: Piece, proposal: Proposal) -> Iterator[Sight]:
        request = _request(piece, proposal)
        subject = _subject(bench, piece, proposal, request)
        for attempt in itertools.islice(attempts(bench, subject, request), MAX_WAYS):
            if attempt.remark or attempt.refusal:
                continue
            try:
                yield _seen(bench, piece, proposal, attempt.find())
            except (UsageError, Finding, StudentError, Inapplicable):
                continue


def _request(piece: Piece, proposal: Proposal) -> Request:
    inputs = tuple(proposal.shape(name) for name in proposal.shapes if name not in proposal.parameters)
    constants: dict[str, object] = {}
    if not piece.is_class:
        constants = {proposal.options_as: proposal.values} if proposal.options_as else dict(proposal.values)
    params = {name: proposal.shape(name) for name in proposal.parameters}
    return Request(inputs=inputs, params=params, constants=constants, seed=SEED)


def _subject(bench: Bench, piece: Piece, proposal: Proposal, request: Request) -> Subject:
    bench.find("found", piece.module, piece.name, piece.file)
    if piece.is_class:
        takes = anatomy_of(bench.inspect(bench.slot("found"), piece.name)).calls.get("", ())
        known: dict[str, object] = {**proposal.lengths, **proposal.values}
        new = {argument: known[word] for argument, word in proposal.new.items()}
        return construct(bench, Target(piece.name, _NOWHERE, piece.name, (), new), takes, request)
    bench.find("forward", piece.module, piece.name, piece.file)
    if piece.backward:
        bench.find("backward", piece.module, piece.backward, piece.file)
    return pair(bench, piece.name, piece.backward)


def _seen(bench: Bench, piece: Piece, proposal: Proposal, api: Api) -> Sight:
    api, added = _added(bench, api)
    evaluation = Evaluation(bench, api)
    values = api.values()
    (output,) = evaluation.forward([values])
    upstream = np.ones(()) if not api.takes_upstream and api.scalar else _upstream(api)
    (gradients,) = evaluation.backward([(values, upstream)])
    drawn = [a for a in api.arguments if a.kind in (LABELS, WHOLE)]
    forms = {a.name: a.form for a in drawn if a.form is not None}
    labels = {a.name: a.array for a in drawn}
    given = {a.name: a.array for a in api.arguments if a.kind in (INPUT, PARAMETER)}
    arrays = {**given, **{held.name: held.value for held in api.parameters}}
    return Sight(piece, proposal, api, arrays, labels, forms, upstream, np.asarray(output), gradients, tuple(added))


def _added(bench: Bench, api: Api) -> tuple[Api, list[str]]:
    """The API, and which gradients add up where no method clears them in between."""
    if not api.subject.clear:
        return adding_up(bench, api)
    _, added = adding_up(bench, replace(api, subject=replace(api.subject, clear="")))
    return api, added


def _upstream(api: Api) -> Array:
    return np.random.default_rng(SEED).standard_normal(api.shape)
