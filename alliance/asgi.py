"""The ASGI application, under the name that servers look for."""

from alliance.front import application

__all__ = ["application"]
