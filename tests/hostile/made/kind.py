"""What a table of broken files holds."""

from __future__ import annotations

from collections.abc import Callable

Content = str | bytes | Callable[[], bytes]
"""Text or bytes; what is large is made when it is asked for. ``@FILE@`` stands for the address of a file
with a secret, ``@PATH@`` for its path, ``@URL@`` for a server."""
Files = dict[str, tuple[str, Content]]
"""By a name: what has to come of it, and its content."""
MEGABYTE = 1 << 20
