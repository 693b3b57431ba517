'use strict';
(() => {
  const EVERY = 1000, PATIENCE = 3000, STALE = 3000;
  const $ = id => document.getElementById(id);
  const stored = (key, fallback) => { try { return localStorage.getItem(key) || fallback; } catch { return fallback; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode */ } };
  const asked = new URLSearchParams(location.search);

  let language = asked.get('lang') || stored('language', navigator.language.startsWith('ko') ? 'ko' : 'en');
  let theme = asked.get('theme') || stored('theme', matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  let data = null, previous = null, receivedAt = performance.now();
  const charts = new Map();

  // Words and numbers

  const fill = (text, values) => text.replace(/\{(\w+)}/g, (whole, name) => values[name] ?? '–');
  const word = (key, values = {}) => fill(WORDS[language][key] ?? key, values);
  const because = reason => language !== 'ko' || typeof reason !== 'string' ? reason
    : KOREAN_REASONS.reduce((said, [english, korean]) => said.replace(english, korean), reason);
  const number = value => value.toLocaleString(language);
  const time = iso => new Date(iso).toLocaleTimeString(language === 'ko' ? 'ko-KR' : 'en-GB',
    {timeZone: 'Asia/Seoul', hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit'});
  const span = seconds => {
    if (seconds == null) return '–';
    const s = Math.max(0, Math.floor(seconds)), ko = language === 'ko';
    const unit = (n, en, kr) => n + (ko ? kr : ' ' + en);
    if (s < 60) return unit(s, 's', '초');
    if (s < 3600) return unit(Math.floor(s / 60), 'min', '분') + (s < 600 ? ' ' + unit(s % 60, 's', '초') : '');
    return unit(Math.floor(s / 3600), 'h', '시간') + ' ' + unit(Math.floor(s % 3600 / 60), 'min', '분');
  };
  const millis = ms => ms == null ? '–' : ms >= 10000 ? (ms / 1000).toFixed(0) + ' s' : ms >= 1000 ? (ms / 1000).toFixed(1) + ' s'
    : (ms >= 10 || Number.isInteger(ms) ? Math.round(ms) : ms.toFixed(1)) + ' ms';
  const text = (id, value) => { const node = $(id); if (node.textContent !== String(value)) node.textContent = value; };
  const state = (id, value, kind, raw = value) => { text(id, value); $(id).className = $(id).className.replace(/ ?\b(good|warn|bad)\b/g, '') + ' ' + kind; $(id).dataset.value = raw; };
  const element = (tag, className, content) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (content != null) node.textContent = content;
    return node;
  };
  const WHOLE = /(\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?|\b[A-Z]+(?:_[A-Z]+)+\b)/;
  /** A sentence whose times and codes do not break. */
  const sentence = (tag, className, content) => {
    const node = element(tag, className);
    node.append(...String(content).split(WHOLE).map((part, i) => i % 2 ? element('span', 'whole', part) : part));
    return node;
  };
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Charts

  const X = Array.from({length: 60}, (_, i) => i - 59);

  function chart(host, series, values, top, ticks) {
    let plot = charts.get(host.id);
    if (!plot) {
      const axis = {stroke: colour('--soft'), grid: {stroke: colour('--grid'), width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
      plot = new uPlot({
        width: host.clientWidth || 260, height: host.clientHeight || 100, legend: {show: false}, cursor: {show: false}, padding: ticks ? [6, 8, 0, 0] : [2, 0, 2, 0],
        scales: {x: {time: false, range: [-60, 0.5]}, y: {range: () => [0, plot ? plot.top : top]}},
        axes: [{...axis, size: 20, splits: () => [-60, -45, -30, -15, 0], values: (u, at) => at.map(String), grid: {show: false}},
               {...axis, size: 34, splits: u => ticks(u.scales.y.max), values: (u, at) => at.map(String)}].map(one => ticks ? one : {show: false}),
        series: [{}, ...series]
      }, [X, ...values], host);
      plot.top = top;
      charts.set(host.id, plot);
      new ResizeObserver(() => plot.setSize({width: host.clientWidth, height: host.clientHeight})).observe(host);
    }
    plot.top = top;
    plot.setData([X, ...values]);
  }

  const bars = (fillColour) => ({paths: uPlot.paths.bars({size: [0.7, 14]}), fill: fillColour, stroke: fillColour, width: 0, points: {show: false}});
  const line = stroke => ({stroke, width: 1.5, dash: [5, 4], points: {show: false}});
  const roundTop = value => { const step = 10 ** Math.floor(Math.log10(Math.max(1, value))); return Math.max(1, Math.ceil(value / step) * step); };
  const halves = max => max <= 4 ? Array.from({length: Math.floor(max) + 1}, (_, i) => i) : [0, Math.round(max / 2), max];

  function forgetCharts() {
    charts.forEach(plot => plot.destroy());
    charts.clear();
  }

  // What is shown

  function show() {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
    document.querySelectorAll('[data-word]').forEach(node => { node.textContent = word(node.dataset.word); });
    text('language', word('other'));
    text('theme', word('theme_' + theme));
    $('language').lang = language === 'ko' ? 'en' : 'ko';
    if (!data) return;
    text('mode', data.mode);
    text('version', data.version);
    const many = data.findings.length;
    state('status', data.status === 'ok' && many ? word('findings_count', {count: many}) : word(data.status),
      data.status === 'down' ? 'bad' : data.status === 'degraded' || many ? 'warn' : 'good', data.status);
    document.title = (data.findings.length ? '(' + data.findings.length + ') ' : '') + 'kis-gateway ' + data.mode;
    findings(); breaker(); kis(); redis(); token(); orders(); realtime(); gateway(); endpoints(); callers(); recent();
  }

  function findings() {
    const items = data.findings.map(finding => {
      const item = element('li', finding.level);
      item.dataset.code = finding.code;
      item.dataset.cause = finding.cause;
      item.append(element('span', 'cause', WORDS[language].cause[finding.cause]),
        sentence('span', 'what', fill(WORDS[language].finding[finding.code] ?? finding.code,
          {...finding.values, reason: because(finding.values.reason), detail: because(finding.values.detail), last: because(finding.values.last)})));
      return item;
    });
    if (!items.length) {
      const item = element('li', 'well');
      item.append(element('span', 'cause', word('well_cause')), element('span', 'what', word('well')));
      items.push(item);
    }
    // A screen reader shall hear changes only.
    const html = items.map(item => item.outerHTML).join('');
    if ($('findings').innerHTML !== html) $('findings').replaceChildren(...items);
  }

  function breaker() {
    const b = data.breaker;
    state('breaker-state', word(b.state), {closed: 'good', 'half-open': 'warn'}[b.state] || 'bad', b.state);
    text('breaker-run', b.fail_counter + ' / ' + b.fail_max);
    Object.assign($('breaker-meter'), {max: b.fail_max, high: b.fail_max * 0.75, low: b.fail_max * 0.25, optimum: 0, value: b.fail_counter});
    $('breaker-meter').setAttribute('aria-label', word('run'));
    halfOpen();
    text('breaker-trips', number(b.trips));
    const last = b.changes[b.changes.length - 1];
    text('breaker-change', last ? word('change', {time: time(last.at), state: word(last.state), reason: because(last.reason)}) : '');
    $('breaker-reset').disabled = b.state === 'closed' && b.fail_counter === 0;
  }

  function halfOpen() {
    const left = data.breaker.half_open_in_ms;
    text('breaker-half-open', left == null ? '–' : span(Math.ceil(Math.max(0, left - (performance.now() - receivedAt)) / 1000)));
  }

  function kis() {
    const k = data.kis;
    text('kis-calls', number(k.calls));
    text('kis-latency', k.calls ? [k.p50_ms, k.p99_ms, k.max_ms].map(millis).join(' / ') : '–');
    text('kis-outcomes', Object.entries(k.outcomes).map(([outcome, count]) => word(outcome) + ' ' + number(count)).join(', ') || '–');
    const s = k.by_second, bad = s.unavailable.map((n, i) => n + s.credentials[i] + s.throttled[i]);
    const all = bad.map((n, i) => n + s.success[i] + s.empty[i] + s.rejected[i]);
    $('kis-chart').setAttribute('aria-label', word('kis_chart', {good: sum(all) - sum(bad), bad: sum(bad)}));
    chart($('kis-chart'), [bars(colour('--accent-soft')), bars(colour('--bad'))], [all, bad], roundTop(Math.max(...all)), max => [0, max]);
    $('kis-errors').replaceChildren(...k.errors.map(error => {
      const [outcome, ...detail] = error.what.split(': ');
      return element('li', '', number(error.count) + ' × ' + word(outcome) + ': ' + because(detail.join(': ')));
    }));
  }

  const sum = values => values.reduce((a, b) => a + b, 0);

  function redis() {
    const l = data.limiter;
    if (!l.shared) state('redis-state', word('redis_none'), 'good', 'none');
    else state('redis-state', word(l.degraded ? 'redis_down' : 'redis_up'), l.degraded ? 'bad' : 'good', l.degraded ? 'down' : 'up');
    text('redis-backend', l.backend);
    const all = source => Object.values(source.endpoints).reduce((a, e) => [a[0] + e.decisions, a[1] + e.decision_nanos], [0, 0]);
    const now = all(data), then = previous ? all(previous) : [0, 0];
    if (now[0] > then[0]) redis.last = (now[1] - then[1]) / (now[0] - then[0]) / 1e6;
    text('redis-decision', redis.last == null ? '–' : redis.last < 0.1 ? '< 0.1 ms' : millis(Math.round(redis.last * 10) / 10));
    text('pacing', Math.round(l.account.pacing * 100) + ' %');
    $('pacing').className = l.account.pacing < 1 ? 'alarm' : '';
  }

  function token() {
    const t = data.token;
    const [key, kind] = !t.held ? ['token_none', 'warn'] : t.refused ? ['token_refused', 'bad'] : t.remaining_s <= 0 ? ['token_over', 'bad'] : ['token_good', 'good'];
    state('token-state', word(key), kind, key.slice(6));
    text('token-age', span(t.age_s));
    text('token-remaining', span(t.remaining_s));
    text('token-issues', number(t.issues) + ' / ' + number(t.failures));
    text('token-refusals', number(t.refusals));
    $('token-refusals').className = t.refusals ? 'alarm' : '';
  }

  function orders() {
    const o = data.orders;
    text('orders-unresolved', number(o.unresolved_count));
    const list = [];
    Object.entries(o.by_state).forEach(([name, count]) => list.push(element('dt', '', word(name)), element('dd', '', number(count))));
    $('orders-states').replaceChildren(...list);
    $('orders-list').replaceChildren(...o.unresolved.slice(0, 5).map(order => element('li', '',
      word('order', {side: WORDS[language][order.side] ?? order.side ?? '', code: order.stock_code ?? '', age: span(order.age_s), id: order.id}))));
    $('trading-halt').hidden = o.halted !== false;
    $('trading-resume').hidden = o.halted !== true;
  }

  function realtime() {
    const r = data.realtime;
    const [key, kind] = r.gap_s != null && r.registrations ? ['realtime_gap', 'bad'] : r.connected ? ['realtime_up', 'good'] : ['realtime_idle', 'good'];
    state('realtime-state', word(key), kind, key.slice(9));
    text('realtime-registrations', number(r.registrations) + ' / ' + number(r.registrations_max));
    $('realtime-registrations').className = r.registrations >= r.registrations_max ? 'alarm' : '';
    text('realtime-listeners', number(r.listeners));
    const seconds = previous ? (Date.parse(data.now) - Date.parse(previous.now)) / 1000 : 0;
    text('realtime-records', seconds > 0 ? number(Math.round(Math.max(0, r.records - previous.realtime.records) / seconds)) : '–');
    text('realtime-lag', r.records ? millis(r.lag_ms) : '–');
    text('realtime-drops', [r.dropped, r.unreadable, r.reconnects].map(number).join(' / '));
    $('realtime-held').replaceChildren(...r.held.slice(0, 8).map(held => element('li', '', held.tr_id + ' ' + held.key + ': ' + held.clients.join(', '))));
  }

  function gateway() {
    const g = data.gateway, r = data.requests;
    text('gateway-running', number(g.running));
    text('gateway-requests', [r.successful, r.failed, r.rate_limited].map(number).join(' / '));
    text('gateway-memory', number(g.heap_used_mb) + ' / ' + number(g.heap_max_mb) + ' MB');
    text('gateway-load', (g.load < 0 ? '–' : g.load.toFixed(1)) + ' / ' + g.processors);
    text('gateway-uptime', span(data.uptime_s));
  }

  function endpoints() {
    const host = $('endpoints');
    [...host.children].forEach(card => { if (!(card.dataset.endpoint in data.endpoints)) card.remove(); });
    Object.entries(data.endpoints).forEach(([id, e]) => {
      let card = host.querySelector('[data-endpoint="' + id + '"]');
      if (!card) {
        card = element('article', 'endpoint');
        card.dataset.endpoint = id;
        const canvas = element('div', 'chart');
        canvas.id = 'chart-' + id;
        canvas.setAttribute('role', 'img');
        const name = element('div', 'name');
        name.append(element('h3', '', id), element('p', 'limit'));
        card.append(name, canvas, element('dl'));
        host.append(card);
      }
      card.querySelector('.limit').textContent = e.limit;
      // The line is what one second may hold; limits with longer windows, spread evenly.
      const perSecond = Math.min(...e.windows.map(w => w.permits / w.seconds));
      const most = Math.max(...e.grants_by_second);
      const canvas = card.querySelector('.chart');
      canvas.setAttribute('aria-label', word('chart', {endpoint: id, sum: sum(e.grants_by_second), most, limit: e.limit}));
      // A limit far above what is used would press the bars flat: then it is left out of sight, and the text has it.
      const top = perSecond > 20 * Math.max(1, most) ? roundTop(Math.max(1, most) * 1.3) : roundTop(Math.max(perSecond * 1.15, most, 1));
      chart(canvas, [bars(colour('--accent')), line(colour('--limit'))], [e.grants_by_second, X.map(() => perSecond)], top, null);
      const rows = [['total', number(e.total)], ['granted_minute', number(e.grants_last_minute)],
        ['waiting', number(e.queue_length), e.queue_length > 0], ['longest_wait', e.queue_length ? millis(e.longest_wait_ms) : '–', e.longest_wait_ms > 1000],
        ['wait', millis(e.wait_p50_ms) + ' / ' + millis(e.wait_p99_ms)], ['latencies', millis(e.p50_ms) + ' / ' + millis(e.p99_ms)],
        ['failed', number(e.failed), e.failed_last_minute > 0], ['rate_limited', number(e.rate_limited), e.refused_last_minute > 0],
        ['coalesced', number(e.coalesced)]];
      card.classList.toggle('idle', e.total === 0);
      card.querySelector('dl').replaceChildren(...rows.map(([key, value, alarm]) => {
        const pair = element('div', key), cell = element('dd', alarm ? 'alarm' : '', value);
        cell.dataset.key = key;
        pair.append(element('dt', '', word(key)), cell);
        return pair;
      }));
    });
  }

  function rows(table, empty, all) {
    const body = $(table).tBodies[0];
    if (!all.length) {
      const row = element('tr'), cell = element('td', 'empty', word(empty));
      cell.colSpan = 9;
      row.append(cell);
      all = [row];
    }
    body.replaceChildren(...all);
  }

  function callers() {
    rows('callers', 'nobody', data.callers.map(c => {
      const row = element('tr');
      row.append(element('td', '', c.caller), element('td', 'number', number(c.requests)), element('td', 'number', c.percent + ' %'),
        element('td', 'number', number(c.rate_limited)));
      return row;
    }));
  }

  function recent() {
    rows('recent', 'none', [...data.recent_requests].reverse().map(r => {
      const row = element('tr'), result = element('td');
      row.title = r.request_id;
      result.append(element('span', 'state ' + {success: 'good', failed: 'bad', rate_limited: 'warn'}[r.status],
        r.code ? r.http_status + ' ' + r.code : r.http_status));
      if (r.kis) result.append(' ', element('span', 'said', r.kis));
      row.append(element('td', 'when', time(r.timestamp)), element('td', 'where', r.endpoint.replace(/^\/api\//, '')), element('td', 'code', r.stock_code ?? ''), result,
        element('td', 'number', millis(r.response_time * 1000)),
        element('td', 'number', millis(r.queue_time * 1000) + ' / ' + millis(r.kis_time * 1000)), element('td', 'wide', r.caller));
      return row;
    }));
  }

  // Being right while things break: what is old says so.

  function age() {
    const old = performance.now() - receivedAt;
    const stale = old > STALE;
    document.body.classList.toggle('stale', stale);
    $('stale').hidden = !stale;
    if (stale) state('status', word('no_answer'), 'bad', 'stale');
    if (stale) text('stale', data ? word('stale', {age: span(old / 1000), time: time(data.now)}) : word('never'));
    text('clock', new Date().toLocaleTimeString('en-GB', {timeZone: 'Asia/Seoul', hour12: false}) + ' KST');
    if (data && !stale) halfOpen();
  }

  // Where there are clients: their key is asked for once, and kept for this tab only.

  function headers() {
    const key = sessionStorage.getItem('key');
    return key ? {Authorization: 'Bearer ' + key} : {};
  }

  async function askForKey(refused) {
    const dialog = $('login');
    if (dialog.open) return;
    sessionStorage.removeItem('key');
    text('login-said', refused ? word('key_refused') : '');
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise(done => dialog.addEventListener('close', done, {once: true}));
    const key = $('login-key').value.trim();
    $('login-key').value = '';
    if (dialog.returnValue === 'yes' && key) sessionStorage.setItem('key', key);
  }

  async function poll() {
    const cancel = new AbortController();
    const timer = setTimeout(() => cancel.abort(), PATIENCE);
    try {
      const reply = await fetch('/console/data', {signal: cancel.signal, cache: 'no-store', headers: headers()});
      if ([401, 403, 429].includes(reply.status)) {
        clearTimeout(timer);
        await askForKey(sessionStorage.getItem('key') !== null);
      }
      if (!reply.ok) throw new Error(String(reply.status));
      const fresh = await reply.json();
      previous = data;
      data = fresh;
      receivedAt = performance.now();
      show();
    } catch (error) {
      if (error instanceof TypeError && data && performance.now() - receivedAt < 500) console.error(error);
    } finally {
      clearTimeout(timer);
      age();
      setTimeout(poll, EVERY);
    }
  }

  // Buttons

  async function act(path, key, dangerous) {
    text('confirm-title', word('ask_' + key));
    text('confirm-text', word('text_' + key));
    text('confirm-yes', word('yes_' + key));
    $('confirm-yes').classList.toggle('danger', dangerous);
    const dialog = $('confirm');
    dialog.returnValue = 'no';
    dialog.showModal();
    await new Promise(done => dialog.addEventListener('close', done, {once: true}));
    if (dialog.returnValue !== 'yes') return;
    try {
      const reply = await fetch(path, {method: 'POST', headers: headers()});
      text('said', reply.ok ? word('done') : word('not_done', {reason: reply.status}));
    } catch (error) {
      text('said', word('not_done', {reason: error.message}));
    }
    setTimeout(() => text('said', ''), 4000);
  }

  $('breaker-reset').addEventListener('click', () => act('/admin/circuit-breaker/reset', 'reset', false));
  $('trading-halt').addEventListener('click', () => act('/admin/trading/halt', 'halt', true));
  $('trading-resume').addEventListener('click', () => act('/admin/trading/resume', 'resume', false));
  $('language').addEventListener('click', () => { language = language === 'ko' ? 'en' : 'ko'; store('language', language); show(); age(); });
  $('theme').addEventListener('click', () => { theme = theme === 'dark' ? 'light' : 'dark'; store('theme', theme); forgetCharts(); show(); });

  show();
  age();
  setInterval(age, 500);
  poll();
})();
