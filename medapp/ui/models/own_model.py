"""The classifiers that the user has added: list, add, agree to run code, remove. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.services.own_classifiers import OwnClassifier
    from medapp.ui.shell.session import Session


class OwnModel(QObject):
    """Reads and writes the list off the GUI thread: a model is hashed where its code may be run."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        """Show the list of the user of `session`."""
        super().__init__(session)
        self._session = session
        self.busy = False
        self.items: tuple[OwnClassifier, ...] = ()
        session.when_ready(self.refresh)

    def refresh(self) -> None:
        """Read the list anew."""
        self._do(lambda config: None)  # noqa: ARG005 - nothing is changed before it is read

    def add(self, chosen: Path) -> None:
        """Add the classifier of a manifest, or of a folder that holds one."""

        def work(config: Path) -> None:
            from medapp.services.own_classifiers import add

            add(config, chosen)

        self._do(work)

    def remove(self, key: str) -> None:
        """Take one off the list; its files stay."""

        def work(config: Path) -> None:
            from medapp.services.own_classifiers import remove

            remove(config, key)

        self._do(work)

    def agree(self, key: str, *, to_run: bool) -> None:
        """Agree to run the code of its model as the file is now, or no more."""

        def work(config: Path) -> None:
            from medapp.services.own_classifiers import agree

            agree(config, key, to_run=to_run)

        self._do(work)

    def _do(self, work: Callable[[Path], None]) -> None:
        config = self._session.app.paths.config
        self.busy = True

        def whole() -> tuple[OwnClassifier, ...]:
            from medapp.services.own_classifiers import own_classifiers

            work(config)
            return own_classifiers(config)

        def done(found: tuple[OwnClassifier, ...]) -> None:
            self.items, self.busy = found, False
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.busy = False
            self.changed.emit()
            self._session.fail(
                error, tr("The list of classifiers cannot be changed."), refused=tr("Nothing was changed:")
            )

        self._session.background.run(whole, done, failed)
