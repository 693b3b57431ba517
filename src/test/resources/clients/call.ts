import { AccountApi, Configuration, MarketDataApi, ResponseError, TradingApi } from './generated';

declare const process: { argv: string[]; exitCode?: number };

async function main(): Promise<void> {
    const configuration = new Configuration({ basePath: process.argv[2] });
    const market = new MarketDataApi(configuration);
    const trading = new TradingApi(configuration);
    const snapshot = await market.marketDataSnapshot({ marketDataSnapshotRequest: { stockCode: '005930' } });
    console.log('snapshot', snapshot.success);
    const once = { tradingBuyRequest: { stockCode: '005930', quantity: 1 }, idempotencyKey: 'generated-typescript' };
    const order = await trading.tradingBuy(once);
    const again = await trading.tradingBuy(once);
    console.log('order', order.orderNo === again.orderNo);
    console.log('journal', (await trading.tradingOrder({ id: order.orderNo })).data.journalled);
    console.log('balance', (await new AccountApi(configuration).accountBalance({})).success);
    try {
        await market.marketDataSnapshot({ marketDataSnapshotRequest: { stockCode: '999999' } });
    } catch (e) {
        const refused = e as ResponseError;
        console.log('refused', refused.response.status, (await refused.response.text()).includes('UNKNOWN_STOCK'));
    }
}

main().catch(e => { console.log(String(e)); process.exitCode = 1; });
