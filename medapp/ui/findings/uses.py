"""Which findings of models go by an entry of the record: the way back from the entry to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medapp.ui.findings import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.record import Entry
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.model import FindingsModel
    from medapp.ui.record.detail_panel import DetailPanel


def uses_of(items: Iterable[InboxItem], entry: str) -> tuple[tuple[str, str, str], ...]:
    """Answer, finding and title of all that an entry moved or matched, the latest answer first."""
    return tuple(
        (item.entry.id, finding.key, f"{finding.title} \u00b7 {words.value_of(finding)}")
        for item in items
        for finding in item.result.findings
        if any(entry in one.entries for one in finding.items)
    )


class EntryUses(QObject):
    """Keeps the list in the detail panel of the record up to date."""

    def __init__(self, model: FindingsModel, panel: DetailPanel) -> None:
        """Show what `model` holds of the entry that `panel` shows."""
        super().__init__(panel)
        self._model, self._panel = model, panel
        panel.entryShown.connect(self._show)
        model.changed.connect(lambda: self._show(panel.entry))
        self._show(panel.entry)

    def _show(self, entry: Entry | None) -> None:
        self._panel.set_uses(() if entry is None else uses_of(self._model.items, entry.id))
