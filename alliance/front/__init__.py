"""The front: three doors on one port, started as `granian --interface rsgi alliance.front:application`.

* public bytes from memory (`reading`, `store`, `kept`, `render`): one render per page however many ask;
* event streams (`streams`), fed by PostgreSQL's NOTIFY (`listener`);
* everything else: Django's WSGI application in threads (`passing`).

`docs/adr/0006-front.md` says why, with figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliance.front.rsgi import Served

    application: Served


def __getattr__(name: str) -> Any:
    """Make the application when a server asks for it: its parts can be imported without starting Django."""
    if name != "application":
        raise AttributeError(name)
    from alliance.front.portal import application

    return application
