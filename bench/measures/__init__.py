"""One module a subject. Each has a `TITLE` and a `measure()` that yields figures; see the README beside this folder."""
