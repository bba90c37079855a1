"""Survival: processes under SIGKILL, providers that lie, a database that dies; all is written down and checked."""
