"""Django's hello-world with the middleware `startproject` writes: the yardstick of the page measurements."""
