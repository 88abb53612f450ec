#!/bin/sh
# A certificate authority and Redis's certificate, valid for the compose project only. Done once, and again when they end.
set -eu
cd "${1:-/certificates}"
if [ -s redis.crt ] && openssl x509 -checkend 86400 -noout -in redis.crt; then # seconds: a day
  exit 0
fi
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj '/CN=compose authority' \
  -keyout ca.key -out ca.crt
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=redis' -keyout redis.key -out redis.csr
printf 'subjectAltName=DNS:redis,DNS:localhost\n' >redis.ext
openssl x509 -req -in redis.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -extfile redis.ext -out redis.crt
rm -f ca.key redis.csr redis.ext
# Redis and the worker run as users of their own.
chmod 644 ca.crt redis.crt redis.key
