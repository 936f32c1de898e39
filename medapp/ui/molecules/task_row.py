"""One task for molecules: asks before it does again what was done, and keeps its height while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.models.row import TaskRow
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.running import TaskChoice
    from medapp.ui.models.model import RunWish
    from medapp.ui.molecules.asking import AskingModel
    from medapp.ui.molecules.running import RunningModel


class MoleculeTaskRow(TaskRow):
    """What a run does to it stands on its button: a line more would push the tasks below away."""

    def __init__(
        self, choice: TaskChoice, running: RunningModel, asking: AskingModel, *, unfolded: bool = False
    ) -> None:
        """Show a task that fits."""
        self._running, self._asking = running, asking
        super().__init__(choice, running, unfolded=unfolded)
        self._state.setMinimumHeight(self._state.fontMetrics().lineSpacing())
        self.form.changed.connect(lambda: asking.forget(self.task_id))

    def want(self, wish: RunWish) -> None:
        """Have it run, or ask first."""
        self._asking.want(wish)

    def refresh(self) -> None:
        """Whether it can be run now, or has to be asked about."""
        super().refresh()
        running = self._running
        busy, doubt = running.is_busy, self._asking.doubt(self.task_id)
        state = running.state(self.task_id)
        own = busy and self.task_id == running.task
        self.run_button.setText(
            f" {tr('Running…') if own else tr('Waits') if busy else tr('Run again') if doubt else tr('Run')}"
        )
        self.run_button.setToolTip(state)
        if busy:
            self._say("")
        elif doubt:
            self._say(doubt, "warning")

    def _say(self, text: str, state: str = "") -> None:
        super()._say(text, state)
        self._state.setVisible(True)
