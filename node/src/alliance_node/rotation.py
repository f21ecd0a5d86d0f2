"""Replacing the node's key without a gap: both keys sign until every portal knows the new one.

Each step leaves a node that verifies, so a rotation that was cut off is taken up by running the
same command again.
"""

from dataclasses import replace
from datetime import datetime

from . import config as configuration
from . import keys
from .config import Config
from .errors import NodeError
from .store import Store


class RotationRefused(NodeError):
    """A rotation that is under way already, or none to finish."""

    code = "rotation"


def begin(store: Store, *, now: datetime) -> Store:
    """Make a new key that signs from now on, with the old one beside it."""
    old = store.config
    if old.retiring_key:
        raise RotationRefused(
            f"key {old.retiring_key} is being retired already; end that with --finish first"
        )
    with store.writing():
        key = keys.generate(store.folder / "keys", store.disk, not_before=now)
        _configure(store, replace(old, signing_key=key.kid, retiring_key=old.signing_key))
        after = Store.open(store.folder, disk=store.disk)
        after.log.sign_again(after.signing_keys)
    return after


def finish(store: Store, *, now: datetime) -> Store:
    """Let the old key go: it signs no more, expires, and its private half is removed."""
    old = store.config.retiring_key
    if not old:
        raise RotationRefused("no key is being retired; rotate-key without --finish begins that")
    with store.writing():
        store.log.sign_again((store.signing_key,))
        keys.expire(store.folder / "keys", store.disk, old, at=now)
        _configure(store, replace(store.config, retiring_key=""))
        store.disk.remove(store.folder / "keys" / f"{old}.pem")
    return Store.open(store.folder, disk=store.disk)


def replace_compromised(store: Store, *, now: datetime) -> tuple[Store, list[str]]:
    """Change the key at once: what somebody else may hold must not sign a moment longer."""
    gone = [kid for kid in (store.config.signing_key, store.config.retiring_key) if kid]
    with store.writing():
        key = keys.generate(store.folder / "keys", store.disk, not_before=now)
        store.log.sign_again((key,))
        _configure(store, replace(store.config, signing_key=key.kid, retiring_key=""))
        for kid in gone:
            keys.expire(store.folder / "keys", store.disk, kid, at=now)
            store.disk.remove(store.folder / "keys" / f"{kid}.pem")
    return Store.open(store.folder, disk=store.disk), gone


def _configure(store: Store, config: Config) -> None:
    store.disk.write(store.folder / configuration.FILE, config.to_bytes())
