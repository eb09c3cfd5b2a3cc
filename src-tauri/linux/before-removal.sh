#!/bin/sh
# Before Parasol is removed, every user whose system proxy it has set gets theirs back; a Parasol that holds it is ended.
# dpkg says `remove`, or `deconfigure` where another package needs it gone; rpm says how many versions stay: 0.
# While it is updated it goes on as it is.
set -e
case "${1-}" in
remove | deconfigure | 0)
    # Whatever comes of it, Parasol can be removed.
    /usr/bin/parasol proxy release --every-user || true
    ;;
esac
