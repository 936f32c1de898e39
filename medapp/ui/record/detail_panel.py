"""What is selected, in full: what is stated, and where it came from."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit

from medapp.domain.record import StudyReference
from medapp.ui.record.detail import detail_of, source_of
from medapp.ui.record.facts import kind_of, title_of
from medapp.ui.shell.widgets import ElidedButton, button, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.record import Entry
    from medapp.ui.record.detail import Pair

    Use = tuple[str, str, str]
    """Id of an answer, key of a finding, and its title."""

_WIDTH = 64 * tokens.GRID
_MOST_USES = 5


class DetailPanel(QFrame):
    """At the right of the tables."""

    studyRequested = Signal(str)
    sourceRequested = Signal(object)
    entryShown = Signal(object)
    """The entry that is shown; None where it is none."""
    findingRequested = Signal(str, str)
    """Id of an answer of a model and key of the finding that goes by the entry."""

    def __init__(self) -> None:
        """Start with nothing selected."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("surface")
        self.setMinimumWidth(_WIDTH * 3 // 4)
        self.setAccessibleName(tr("Details of what is selected"))
        self.entry: Entry | None = None
        self.pairs: tuple[Pair, ...] = ()
        self._kind = text_label("", "section")
        self._title = text_label("", "heading", wrap=True, selectable=True)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setObjectName("recordDetail")
        plain = "background: transparent; border: none; padding: 0;"
        self.text.setStyleSheet(f"QTextEdit#recordDetail {{ {plain} }}")
        self.text.setFont(tabular(self.text.font()))
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName(tr("Details of what is selected"))
        self._study = button(tr("Open images"), self._open, name="radiology-box-outline", primary=True)
        self._source = button(tr("Show source"), self._show, name="file-search-outline")
        self._uses_head = text_label(tr("Used by findings"), "section")
        self._uses = column(gap=look.gap_tiny)
        self.uses: tuple[ElidedButton, ...] = ()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        for part in (self._kind, self._title, self._study):
            inner.addWidget(part)
        inner.addWidget(self.text, 1)
        inner.addWidget(self._uses_head)
        inner.addLayout(self._uses)
        inner.addWidget(self._source)
        self.setLayout(inner)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say what to do."""
        self.entry = None
        self._fill(tr("Details"), tr("Select an entry to see all of it and its source."), (), ())

    def show_entry(self, entry: Entry) -> None:
        """Show an entry."""
        self.entry = entry
        stated, source = detail_of(entry), source_of(entry)
        self._fill(kind_of(entry.content), title_of(entry.content), stated, source)
        self._study.setVisible(isinstance(entry.content, StudyReference) and bool(entry.content.uid))
        self._source.show()

    def show_pairs(self, kind: str, title: str, pairs: Sequence[Pair]) -> None:
        """Show something else than an entry: a gene, a variant."""
        self.entry = None
        self._fill(kind, title, pairs, ())

    def set_uses(self, uses: Sequence[Use]) -> None:
        """Say which findings of models go by the entry; each leads to its finding."""
        empty(self._uses)
        made = []
        for result, finding, title in uses[:_MOST_USES]:
            one = ElidedButton(title, partial(self.findingRequested.emit, result, finding))
            made.append(one)
            self._uses.addWidget(one)
        if len(uses) > _MOST_USES:
            self._uses.addWidget(text_label(tr("and {count} more", count=len(uses) - _MOST_USES), "faint"))
        self.uses = tuple(made)
        self._uses_head.setVisible(bool(uses))

    def _fill(self, kind: str, title: str, stated: Sequence[Pair], source: Sequence[Pair]) -> None:
        self._study.hide()
        self._source.hide()
        self._kind.setText(kind)
        self._title.setText(title)
        self.pairs = (*stated, *source)
        parts = [*map(_pair, stated)]
        if source:
            parts.append(_head(tr("Where it came from")))
            parts += map(_pair, source)
        self.text.setHtml("".join(parts))
        self.set_uses(())
        self.entryShown.emit(self.entry)

    def _open(self) -> None:
        if self.entry is not None and isinstance(self.entry.content, StudyReference):
            self.studyRequested.emit(self.entry.content.uid)

    def _show(self) -> None:
        if self.entry is not None:
            self.sourceRequested.emit(self.entry)


def _pair(pair: Pair) -> str:
    """A name and what is stated, as text: nothing of an entry is taken for markup."""
    look = tokens.current()
    name, value = (html.escape(part).replace("\n", "<br>") for part in pair)
    small = f"color:{look.text_faint}; font-size:{look.font_small * look.hidpi_font_scale}pt"
    gap = look.gap_tiny
    return f"<p style='margin:{gap}px 0 0 0'><span style='{small}'>{name}</span><br>{value}</p>"


def _head(words: str) -> str:
    look = tokens.current()
    return (
        f"<p style='margin:{look.gap}px 0 0 0; color:{look.text_dim}; font-weight:600; "
        f"font-size:{look.font_small * look.hidpi_font_scale}pt'>{html.escape(words)}</p>"
    )
