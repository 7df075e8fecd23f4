#!/bin/sh
# gh for the inside of a sandbox, rendered by refward. It needs no login: the gateway knows the session, and decides what is done.
# This is no boundary: there is no credential of the forge in this sandbox, for whatever program.

exec /usr/bin/node /opt/refward/gh-shim.mjs /usr/bin/git "$@"
