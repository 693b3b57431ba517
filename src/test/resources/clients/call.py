import sys

import openapi_client as kis
from openapi_client.exceptions import ApiException

with kis.ApiClient(kis.Configuration(host=sys.argv[1])) as client:
    market = kis.MarketDataApi(client)
    trading = kis.TradingApi(client)
    snapshot = market.market_data_snapshot(kis.MarketDataSnapshotRequest(stock_code="005930"))
    print("snapshot", snapshot.success)
    request = kis.TradingBuyRequest(stock_code="005930", quantity=1)
    order = trading.trading_buy(request, idempotency_key="generated-python")
    again = trading.trading_buy(request, idempotency_key="generated-python")
    print("order", order.order_no == again.order_no)
    print("journal", trading.trading_order(order.order_no).data.journalled)
    print("balance", kis.AccountApi(client).account_balance().success)
    try:
        market.market_data_snapshot(kis.MarketDataSnapshotRequest(stock_code="999999"))
    except ApiException as e:
        print("refused", e.status, "UNKNOWN_STOCK" in e.body)
