#!/usr/bin/env bash
# Healthy while /health/live answers 200. Needs nothing but bash: the runtime image has no curl.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}"
printf 'GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
