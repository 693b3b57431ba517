#!/bin/sh
# Starts the gateway once in simulator mode, calls it, and ends it cleanly, which leaves kis-gateway.aot for later starts.
# Run it in the folder of kis-gateway.jar, with the very Java that will run the gateway (25 or newer).
set -eu
TRADING_MODE=SIM PORT=18080 MANAGEMENT_PORT=19876 DATA_DIR="$(mktemp -d)" \
  java -XX:AOTCacheOutput=kis-gateway.aot -jar kis-gateway.jar >train.log 2>&1 &
pid=$!
call() {
  bash -c 'exec 3<>/dev/tcp/127.0.0.1/18080
    printf "POST %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s" \
      "$1" "${#2}" "$2" >&3
    read -r -t 10 _ status _ <&3; [ "$status" = 200 ]' call "$1" "$2" 2>/dev/null
}
tries=0
until call /api/market-data/snapshot '{"stock_code":"005930"}'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$pid" 2>/dev/null; then cat train.log; exit 1; fi
  sleep 0.2
done
call /api/market-data/daily-prices '{"stock_code":"005930"}'
call /api/account/balance '{}'
call /api/trading/buy '{"stock_code":"005930","quantity":1}'
kill -TERM "$pid"
wait "$pid" || [ $? -eq 143 ]
test -s kis-gateway.aot
rm train.log
