"""Load a plugin in the worker and call the hook that a job asks for."""

from __future__ import annotations

import importlib
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pluggy

from medapp.api import hookspecs
from medapp.api.context import TaskRefused
from medapp.api.requests import EvaluateRequest, TrainRequest
from medapp.api.wire import notice_facts, write_segment_result
from medapp.api.wire_findings import write_findings
from medapp.api.wire_treatment import write_options
from medapp.engine.asked import (
    any_request,
    classify_request,
    molecules_request,
    recommend_request,
    segment_request,
)

if TYPE_CHECKING:
    from medapp.api.requests import TaskRequest
    from medapp.api.results import EvaluateResult
    from medapp.engine.context import WorkerContext

INSTALLED = "installed"
_ASKING = 0.3
"""Share of an evaluation that asking the model takes; the rest goes into the intervals of its figures."""
"""In place of weights: those that the program has."""
_managers: dict[str, pluggy.PluginManager] = {}


def manager_for(entry: str) -> pluggy.PluginManager:
    """Import a plugin's entry module and register its hooks, once in a process.

    Raises:
        pluggy.PluginValidationError: Where a hook does not exist or takes other arguments.
    """
    if entry not in _managers:
        manager = pluggy.PluginManager(hookspecs.PROJECT)
        manager.add_hookspecs(hookspecs)
        manager.register(importlib.import_module(entry))
        manager.check_pending()
        _managers[entry] = manager
    return _managers[entry]


def run_action(message: dict[str, Any], context: WorkerContext) -> dict[str, object]:
    """Call the hook of ``message["action"]``; return facts for the shell, JSON types.

    Raises:
        LookupError: Where the plugin has no implementation for this task.
        TaskRefused: Where the plugin says that it cannot be done on this input.
    """
    hook = manager_for(message["entry"]).hook
    _prepare(context)
    action = message["action"]
    result = _ACTIONS[action](hook, message, context)
    if result is None:
        text = f"the plugin does not implement {action!r} for {message['task']}"
        raise LookupError(text)
    return result


def _prepare(context: WorkerContext) -> None:
    random.seed(context.seed)
    np.random.seed(context.seed % 2**32)  # noqa: NPY002 - libraries of plugins use the global generator
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(context.seed)
        torch.set_num_threads(context.threads)


def _refuse_unfit(hook: Any, request: TaskRequest) -> None:  # noqa: ANN401
    check = hook.medapp_check_input(request=request)
    if check is not None and not check.ok:
        raise TaskRefused(check.reason)


def _classify(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    request = classify_request(message)
    _refuse_unfit(hook, request)
    result = hook.medapp_classify(request=request, context=context)
    if result is None:
        return None
    write_findings(result, Path(message["folder"]))
    return {}


def _recommend(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    request = recommend_request(message)
    _refuse_unfit(hook, request)
    result = hook.medapp_recommend_treatment(request=request, context=context)
    if result is None:
        return None
    write_options(result, Path(message["folder"]))
    return {}


def _molecules(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    request = molecules_request(message)
    _refuse_unfit(hook, request)
    asked = hook.medapp_generate_molecules if message["action"] == "generate" else hook.medapp_study_molecules
    found = asked(request=request, context=context)
    if found is None:
        return None
    return {
        "rows": found.rows,
        "refused": found.refused,
        "metrics": dict(found.metrics),
        "notices": [notice_facts(notice) for notice in found.notices],
    }


def _segment(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    request = segment_request(message)
    _refuse_unfit(hook, request)
    result = hook.medapp_segment(request=request, context=context)
    if result is None:
        return None
    write_segment_result(result, Path(message["folder"]))
    return {}


def _estimate(hook: Any, message: dict[str, Any], _context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    found = hook.medapp_estimate_resources(request=any_request(message))
    return None if found is None else {"estimate": asdict(found)}


def _check(hook: Any, message: dict[str, Any], _context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    found = hook.medapp_check_input(request=any_request(message))
    return {"check": {"ok": True, "reason": ""} if found is None else asdict(found)}


def _train(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    request = TrainRequest(
        message["task"],
        Path(message["data"]),
        Path(message["out"]),
        message["parameters"],
        message.get("budget_minutes"),
    )
    found = hook.medapp_train(request=request, context=context)
    return None if found is None else {"weights": str(found.weights), "metrics": dict(found.metrics)}


def _evaluate(hook: Any, message: dict[str, Any], context: WorkerContext) -> dict[str, object] | None:  # noqa: ANN401
    against = message.get("against")
    # Of two models each takes a half; asking the model takes less long than the intervals.
    share = 1.0 if against is None else 0.5
    with context.part(0, _ASKING * share):
        found = _evaluate_one(hook, message, context, message.get("weights_override"))
    if found is None:
        return None
    facts: dict[str, object] = {
        "metrics": dict(found.metrics),
        "rows": [dict(row) for row in found.rows],
        "notices": [notice_facts(notice) for notice in found.notices],
    }
    if found.predictions:
        from medapp.engine.evaluation import report

        with context.part(_ASKING * share, share):
            facts["questions"] = report(found.predictions, seed=context.seed, tell=context.progress)
    if against is not None:
        facts |= _compared(hook, message, context, found)
    return facts


def _evaluate_one(
    hook: Any,  # noqa: ANN401
    message: dict[str, Any],
    context: WorkerContext,
    weights: str | None,
) -> EvaluateResult | None:
    data = Path(message["data"])
    request = EvaluateRequest(
        message["task"], data, None if weights is None else Path(weights), message["parameters"]
    )
    found: EvaluateResult | None = hook.medapp_evaluate(request=request, context=context)
    return found


def _compared(
    hook: Any,  # noqa: ANN401
    message: dict[str, Any],
    context: WorkerContext,
    second: EvaluateResult,
) -> dict[str, object]:
    """The figures of the model that it is held against, and what differs: this one minus that one."""
    from medapp.engine.evaluation import compare, report

    weights = None if message["against"] == INSTALLED else message["against"]
    with context.part(0.5, 0.5 + 0.5 * _ASKING):
        first = _evaluate_one(hook, message, context, weights)
    if first is None or not first.predictions or not second.predictions:
        text = f"{message['task']} does not hand out what it said of each case, so nothing can be compared"
        raise TaskRefused(text)
    try:
        differences = compare(first.predictions, second.predictions, seed=context.seed)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
    with context.part(0.5 + 0.5 * _ASKING, 1):
        questions = report(first.predictions, seed=context.seed, tell=context.progress)
    return {
        "against": {"weights": message["against"], "questions": questions},
        "differences": differences,
    }


_ACTIONS = {
    "segment": _segment,
    "classify": _classify,
    "recommend": _recommend,
    "generate": _molecules,
    "study": _molecules,
    "estimate": _estimate,
    "check": _check,
    "train": _train,
    "evaluate": _evaluate,
}
