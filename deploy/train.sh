#!/usr/bin/env bash
# Runs the gateway once in REAL mode, against the simulator and a Redis over TLS, calls it, and ends it cleanly, which leaves
# kis-gateway.aot for later starts. Run it in the folder of kis-gateway.jar and lib, with the very Java (25 or newer) and the very
# flags for heap and collector that will run the gateway: JAVA=/opt/java/bin/java bash train.sh
set -Eeuo pipefail
JAVA=${JAVA:-java}
work=$(mktemp -d)
pids=()
end() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"; }
trap end EXIT
failed() { echo "line $1 of the training failed: $2" >&2; cat "$work"/*.log >&2; }
trap 'failed "$LINENO" "$BASH_COMMAND"' ERR

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
redis-server --port 0 --tls-port 16399 --bind 127.0.0.1 --tls-auth-clients no --tls-cert-file "$work/ca.pem" --tls-key-file "$work/key.pem" \
  --tls-ca-cert-file "$work/ca.pem" --appendonly yes --appendfsync always --save '' --dir "$work" >"$work/redis.log" 2>&1 &
pids+=($!)
"$JAVA" -cp 'kis-gateway.jar:lib/*' io.kisgateway.simulator.SimulatorMain port=19443 fault-port=19444 rate=10000 token-interval-s=0 \
  >"$work/simulator.log" 2>&1 &
pids+=($!)

# Trained with the first compiler only: the profiles of a short run would have the second one compile at each start.
TRADING_MODE=REAL KIS_BASE_URL=http://127.0.0.1:19443 KIS_APP_KEY=PSSIMULATORREAL000000000000000000001 \
KIS_APP_SECRET=$(printf 'sim-real-secret-0123%.0s' 1 2 3 4 5 6 7 8 9) KIS_ACCOUNT_NO=50123456-01 \
REDIS_URL=rediss://localhost:16399 REDIS_CA_FILE="$work/ca.pem" LOG_FORMAT=JSON \
PORT=18080 MANAGEMENT_PORT=19876 DATA_DIR="$work/data" \
  "$JAVA" -XX:AOTCacheOutput=kis-gateway.aot -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms40m -Xmx256m -Xmn16m \
  -Djdk.reflect.useNativeAccessorOnly=true \
  -jar kis-gateway.jar >"$work/gateway.log" 2>&1 &
gateway=$!
pids+=("$gateway")

# PORT METHOD PATH BODY; nothing but bash is needed.
call() {
  bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf "%s %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s" "$2" "$3" "${#4}" "$4" >&3
    read -r -t 10 _ status _ <&3; cat <&3 >/dev/null; [ "$status" = 200 ]' call "$@" 2>/dev/null
}
tries=0
until call 18080 GET /health/ready ''; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$gateway" 2>/dev/null; then failed "$LINENO" "the gateway is not ready"; exit 1; fi
  sleep 0.2
done
for _ in 1 2 3; do
  call 18080 POST /api/market-data/snapshot '{"stock_code":"005930"}'
  call 18080 POST /api/market-data/daily-prices '{"stock_code":"005930"}'
  call 18080 POST /api/account/balance '{}'
  call 18080 POST /api/trading/buy '{"stock_code":"005930","quantity":1}'
  call 18080 GET /health ''
  call 19876 GET /metrics ''
  call 19876 GET /console/data ''
done
kill -TERM "$gateway"
wait "$gateway" || [ $? -eq 143 ]
test -s kis-gateway.aot
