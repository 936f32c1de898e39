"""Writes what a person decides on findings, off the GUI thread, and takes it back. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.finding import Finding
    from medapp.library.findings import Decision, Verdict
    from medapp.services.inbox import InboxItem
    from medapp.ui.shell.session import Session


class Deciding:
    """Of one window; what has changed is read anew by `reload`."""

    def __init__(self, session: Session, reload: Callable[[], None]) -> None:
        """Decide in the library of `session`, in the name of its user."""
        self._session, self._reload = session, reload

    def decide(
        self, item: InboxItem, finding: Finding, verdict: Verdict, *, instead: str, reason: str
    ) -> None:
        """Keep a decision and tell so; where somebody else was first, theirs stays and is shown."""
        before, app = item.decisions.get(finding.key), self._session.app

        def work() -> Decision:
            from medapp.services.inbox import decide
            from medapp.services.user import name_of_user

            return decide(
                app.library, item, finding.key, verdict, instead=instead, reason=reason,
                by=name_of_user(app.paths.config), replace_earlier=False,
            )  # fmt: skip

        def done(_: Decision) -> None:
            self._reload()
            words = {
                "accepted": tr("{title} was accepted.", title=finding.title),
                "corrected": tr("{title}: your word is kept.", title=finding.title),
                "rejected": tr("{title} was rejected.", title=finding.title),
            }
            self._session.tell(words[verdict], lambda: self._restore(item, finding, before))

        self._session.background.run(work, done, self._not_decided)

    def _not_decided(self, error: Exception) -> None:
        """Somebody else was first, at another window or without one: what they decided is shown."""
        from medapp.services.inbox import DecidedAlreadyError

        if not isinstance(error, DecidedAlreadyError):
            self._cannot_keep(error)
            return
        self._reload()
        self._session.tell(tr("{said}; that is kept. Take it back to decide anew.", said=str(error)))

    def accept_all(self, item: InboxItem, keys: tuple[str, ...]) -> None:
        """Accept measurements; can be taken back together."""
        app = self._session.app

        def work() -> tuple[Decision, ...]:
            from medapp.services.inbox import accept_all
            from medapp.services.user import name_of_user

            return accept_all(app.library, item, keys, by=name_of_user(app.paths.config))

        def done(made: tuple[Decision, ...]) -> None:
            self._reload()
            again = tuple(one.finding for one in made)
            self._session.tell(
                tr("{count} measurements were accepted.", count=len(made)),
                lambda: self._write(lambda: app.library.findings.take_back(item.entry.id, *again)),
            )

        self._session.background.run(work, done, self._cannot_keep)

    def take_back(self, item: InboxItem, finding: Finding) -> None:
        """Let the decision on a finding hold no more; can be undone."""
        before = item.decisions[finding.key]
        self._restore(item, finding, None)
        self._session.tell(
            tr("{title} is a proposal again.", title=finding.title),
            lambda: self._restore(item, finding, before),
        )

    def _restore(self, item: InboxItem, finding: Finding, decision: Decision | None) -> None:
        findings = self._session.app.library.findings
        if decision is None:
            self._write(lambda: findings.take_back(item.entry.id, finding.key))
        else:
            self._write(lambda: findings.decide(decision))

    def _write(self, work: Callable[[], None]) -> None:
        self._session.background.run(work, lambda _: self._reload(), self._cannot_keep)

    def _cannot_keep(self, error: Exception) -> None:
        self._session.fail(error, tr("The decision cannot be kept."))
