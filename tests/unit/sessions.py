"""A session of the window's models without a window, and what it says."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.services.app import App
    from medapp.ui.shell.session import Session


@contextmanager
def started(qtbot, app: App) -> Iterator[Session]:
    """A session that is ready; its `problems` and `messages` list what was said."""
    from medapp.ui.shell.session import Session

    made = Session(app)
    made.problems, made.messages, made.ready_to_work = [], [], []
    made.problem.connect(made.problems.append)
    made.told.connect(made.messages.append)
    made.when_ready(lambda: made.ready_to_work.append(True))
    made.start()
    qtbot.waitUntil(lambda: bool(made.ready_to_work), timeout=30000)
    yield made
    made.close()
