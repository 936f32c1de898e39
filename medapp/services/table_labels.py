"""Lists of what codes stand for, found beside the tables that hold the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.errors import UnreadableError
from medapp.formats.tables.labels import Labels
from medapp.services.import_sources import identity_of
from medapp.services.table_scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from medapp.formats.recognise import RecordFile
    from medapp.formats.tables import Mapping
    from medapp.library import Library


class ListsBeside:
    """The lists of an import, read once for all tables of a folder.

    A list adds words to codes and says nothing of a patient, so one that is published as such is read without
    being confirmed; another where a person has said that it is one.
    """

    def __init__(
        self,
        library: Library,
        confirmed: Iterable[tuple[RecordFile, Mapping]],
        propose: Callable[[RecordFile], Mapping | None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Hold what is known.

        Args:
            library: Whose files wait or were answered.
            confirmed: Mappings that a person has just confirmed.
            propose: What the columns of a file seem to mean, or were said to mean.
            cancelled: Asked now and then.
        """
        self._library, self._propose, self._cancelled = library, propose, cancelled
        self._confirmed = {identity_of(file): (file, mapping) for file, mapping in confirmed}
        self._known: dict[str, Labels] = {}

    def of(self, scope: str) -> Labels | None:
        """What the lists say that belong to tables of a scope; None for tables that stand alone."""
        if not scope:
            return None
        if scope not in self._known:
            labels = self._known[scope] = Labels()
            for file, mapping in self._lists(scope):
                try:
                    labels.add(file.path, mapping, self._cancelled)
                except (OSError, UnreadableError):
                    continue  # told when it is imported itself
        return self._known[scope]

    def _lists(self, scope: str) -> Iterable[tuple[RecordFile, Mapping]]:
        known = {one.identity: one.file for one in self._library.questions.all() if one.file.kind == "table"}
        for identity, file in known.items():
            if identity in self._confirmed:
                continue
            # By the folder alone first: proposing reads a part of the file.
            if scope.endswith(scope_of(file, "", shared=True).partition(" ")[2]):
                mapping = self._propose(file)
                if mapping is not None and _is_list(file, mapping, scope):
                    yield file, mapping
        for file, mapping in self._confirmed.values():
            if _is_list(file, mapping, scope):
                yield file, mapping


def _is_list(file: RecordFile, mapping: Mapping, scope: str) -> bool:
    family = mapping.layout or scope.partition(" ")[0]
    return mapping.content == "labels" and scope_of(file, family, shared=True) == scope
