-- Reserves slots, gives them back, slows the pace: all that instances share, in one step on Redis's own clock.
-- The class Reservations does the same, line by line; see there and in RollingWindow for what the numbers mean.
--
-- KEYS[1]   the account's book; KEYS[2..] endpoints' books; all in one hash slot
-- ARGV      1 now (ms; 0 = the time of this server), 2 not after (ms; 0 = whenever), 3 guard, 4 margin,
--           5-6 account permits and window, 7-8 ledger permits and window, 9 instances, 10 this instance ('' = only
--           looks), 11 the books it knows (0 = none), then operations:
--             A key patience rank flags keepsPlace hold oldKey oldAt oldColumn oldFlags n (permits window)*n  ask
--             G key at column flags n window*n                                                    give back
--             N key at column flags n window*n                                                    note what is granted
--             S which                                                                             slow down
--             J grace                                                                             join after an outage
-- returns   now, born, pace, ledger pace, pace era, account spoken for until, this instance's place among those seen,
--           then for each A: column (-1 refused), at, end of the last full window, used*n
--           or only now, -1 if it came too late to be of use; now, -2 if these are not the books it knows
local ORDER, FIXED, CONTINUED, QUERY, BACKGROUND, COLUMNS = 0, 1, 2, 3, 4, 5
local FULL, SLOWEST = 1000, 125
local SLOW_AGAIN, HOLD, RECOVER, QUERY_MEMORY = 1000, 5000, 60000, 10000
local EXACT_UP_TO = 64
local floor, max, min = math.floor, math.max, math.min

local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end
local notAfter = tonumber(ARGV[2])
if notAfter > 0 and now > notAfter then
  return {now, -1}
end
local guard, margin = tonumber(ARGV[3]), tonumber(ARGV[4])
local instances, me = tonumber(ARGV[9]), ARGV[10]

-- rolling books: a list of cells in order of time, stride 6: cell, then five counts

local function rolling(permits, window, saved)
  local cellMillis = permits > EXACT_UP_TO and floor((window + 31) / 32) or 1
  local total = 0
  local cells = saved[5] or {}
  for i = 1, #cells do
    if i % 6 ~= 1 then total = total + cells[i] end
  end
  return {permits = permits, window = window, cellMillis = cellMillis, total = total, cells = cells,
    pace = saved[1] or FULL, pacedAt = saved[2] or 0, paceEra = saved[3] or 0, queryAskedAt = saved[4] or 0}
end

local function paceOf(b)
  if b.pace == FULL then return FULL end
  return min(FULL, b.pace + floor(max(0, now - b.pacedAt - HOLD) * FULL / RECOVER))
end

local function permitsOf(b, pace)
  return max(1, floor(b.permits * pace / FULL))
end

local function spanOf(b, pace)
  local rate = b.permits * pace
  local length = rate >= FULL and b.window or floor(b.window * FULL / rate)
  return floor((length + margin + b.cellMillis) / b.cellMillis) + (b.cellMillis > 1 and 1 or 0)
end

local function sum(cells, i, columns)
  local s = 0
  for c = i + 1, i + columns do s = s + cells[c] end
  return s
end

-- The first position whose cell is not before `cell`.
local function find(cells, cell)
  local size = #cells
  if size == 0 or cells[size - 5] < cell then return size + 1 end
  local low, high = 0, size / 6 - 1
  while low < high do
    local middle = floor((low + high) / 2)
    if cells[middle * 6 + 1] < cell then low = middle + 1 else high = middle end
  end
  return low * 6 + 1
end

local function room(cells, cell, columns, limit, span)
  local size = #cells
  while true do
    local nextCell = cell
    local low = find(cells, cell - span + 1)
    local last, inside, begin = low, 0, low
    while begin <= size + 1 do
      local own = begin > size or cells[begin] > cell
      local start = own and cell or cells[begin]
      while last <= size and cells[last] < start + span do
        inside = inside + sum(cells, last, columns)
        last = last + 6
      end
      if inside >= limit then
        local first = begin
        while sum(cells, first, columns) == 0 do first = first + 6 end
        nextCell = max(nextCell, cells[first] + span)
      end
      if own then break end
      inside = inside - sum(cells, begin, columns)
      begin = begin + 6
    end
    if nextCell == cell then return cell end
    cell = nextCell
  end
end

local function anyYields(cells, fromCell)
  for i = find(cells, fromCell), #cells, 6 do
    if sum(cells, i, COLUMNS) > sum(cells, i, CONTINUED) then return true end
  end
  return false
end

-- After an outage the permits are shared out among those that are back, until all are or the time of grace is over:
-- the others still grant their share by themselves.
local graceUntil, graceSince, seen, present = 0, 0, {}, 0

local function countPresent()
  present = 0
  for _, at in pairs(seen) do
    if at >= graceSince then present = present + 1 end
  end
  if present >= instances then graceUntil = 0 end
end

local function scaled(permits, at)
  if at >= graceUntil then return permits end
  return floor(permits * present / instances)
end

local function fitRolling(b, from, rank, keepsPlace)
  if from < graceUntil and scaled(b.permits, from) == 0 then from = graceUntil end
  if b.total < scaled(b.permits, from) and b.pace == FULL then return from end
  local pace = paceOf(b)
  local limit, span = permitsOf(b, pace), spanOf(b, pace)
  if from < graceUntil then limit = min(limit, scaled(b.permits, from)) end
  local columns = CONTINUED
  if rank > 0 then columns = rank + (keepsPlace and 1 or 2) end
  local cell = floor(from / b.cellMillis)
  local nowCell = floor(now / b.cellMillis)
  local at = room(b.cells, cell, columns, limit, span)
  if rank == 0 and now - b.queryAskedAt < QUERY_MEMORY then
    while true do
      if at <= nowCell and not anyYields(b.cells, nowCell - span) then break end
      local quarter = room(b.cells, at, FIXED, 3 * limit, 4 * span)
      if quarter == at then break end
      at = room(b.cells, quarter, columns, limit, span)
    end
  end
  return at == cell and from or at * b.cellMillis
end

local function columnOf(b, at, rank)
  if rank == 0 then return ORDER end
  if at <= now or b.total < floor(b.permits / 2) then return FIXED end
  local pace = paceOf(b)
  local half = floor(permitsOf(b, pace) / 2)
  local cell = floor(at / b.cellMillis)
  if half > 0 and room(b.cells, cell, CONTINUED, half, spanOf(b, pace)) == cell then return FIXED end
  return rank + 1
end

local function addRolling(b, at, column)
  local cell = floor(at / b.cellMillis)
  local cells = b.cells
  local i = find(cells, cell)
  if i > #cells or cells[i] ~= cell then
    for k = #cells, i, -1 do cells[k + 6] = cells[k] end
    cells[i] = cell
    for k = i + 1, i + 5 do cells[k] = 0 end
  end
  cells[i + 1 + column] = cells[i + 1 + column] + 1
  b.total = b.total + 1
end

local function removeRolling(b, at, column)
  local cell = floor(at / b.cellMillis)
  local i = find(b.cells, cell)
  if i <= #b.cells and b.cells[i] == cell and b.cells[i + 1 + column] > 0 then
    b.cells[i + 1 + column] = b.cells[i + 1 + column] - 1
    b.total = b.total - 1
  end
end

local function pruneRolling(b)
  local cells, size = b.cells, #b.cells
  local span = spanOf(b, paceOf(b))
  local present = floor(now / b.cellMillis) - span
  if size == 0 or cells[1] >= present then return end
  local kept, i = {}, 1
  while i <= size and cells[i] < present do
    if cells[i + 1] > 0 and cells[i] >= present - 3 * span then
      for k = i, i + 5 do kept[#kept + 1] = cells[k] end
    else
      b.total = b.total - sum(cells, i, COLUMNS)
    end
    i = i + 6
  end
  for k = i, size do kept[#kept + 1] = cells[k] end
  b.cells = kept
end

local function lastRolling(b)
  for i = #b.cells - 5, 1, -6 do
    if sum(b.cells, i, COLUMNS) > 0 then return b.cells[i] * b.cellMillis end
  end
  return 0
end

local function slowDown(b)
  if b.pace == FULL or now - b.pacedAt >= SLOW_AGAIN then
    b.pace = max(SLOWEST, floor(paceOf(b) / 2))
    b.pacedAt = now
    b.paceEra = b.paceEra + 1
  end
end

-- fixed windows: for each length in use a map from window to count

local function windowsOf(e, length)
  local windows = e[length]
  if not windows then
    windows = {}
    e[length] = windows
  end
  return windows
end

local function fitWindows(e, from, limits)
  local at = from
  while true do
    local later = at
    for k = 1, #limits, 2 do
      local permits, length = limits[k], limits[k + 1]
      local windows = windowsOf(e, length)
      local window, reached = floor(at / length), floor((at + guard) / length)
      if (windows[reached] or 0) >= scaled(permits, reached * length) then
        later = max(later, (reached + 1) * length)
      elseif (windows[window] or 0) >= scaled(permits, window * length) then
        later = max(later, (window + 1) * length)
      end
    end
    if later == at then return at end
    at = later
  end
end

local function addWindows(e, at, limits, n)
  for k = 1, #limits, 2 do
    local length = limits[k + 1]
    local windows = windowsOf(e, length)
    local window, reached = floor(at / length), floor((at + guard) / length)
    if n > 0 or windows[window] then windows[window] = max(0, (windows[window] or 0) + n) end
    if reached ~= window and (n > 0 or windows[reached]) then
      windows[reached] = max(0, (windows[reached] or 0) + n)
    end
  end
end

-- reading and writing the books

local saved = redis.call('GET', KEYS[1])
saved = saved and cmsgpack.unpack(saved) or {}
local born = saved[1]
local known = tonumber(ARGV[11])
if known > 0 and known ~= born then
  return {now, -2}
end
local account = rolling(tonumber(ARGV[5]), tonumber(ARGV[6]), saved[2] or {})
local ledger = rolling(tonumber(ARGV[7]), tonumber(ARGV[8]), saved[3] or {})
graceUntil, graceSince, seen = saved[4] or 0, saved[5] or 0, saved[6] or {}
local accountChanged = false
if me ~= '' and now - (seen[me] or 0) > 100 then
  for instance, at in pairs(seen) do
    if now - at > 60000 then seen[instance] = nil end
  end
  seen[me] = now
  accountChanged = true
end
countPresent()
if not born then
  born = now
  accountChanged = true
end
pruneRolling(account)
pruneRolling(ledger)

local endpoints, changed = {}, {}

local function endpoint(key)
  if key == 0 then return nil end
  local e = endpoints[key]
  if not e then
    e = {}
    local packed = redis.call('GET', KEYS[key])
    local flat = packed and cmsgpack.unpack(packed) or {}
    for i = 1, #flat, 3 do
      local length = flat[i]
      if flat[i + 1] >= floor(now / length) then
        windowsOf(e, length)[flat[i + 1]] = flat[i + 2]
      end
    end
    endpoints[key] = e
  end
  return e
end

local function book(key, at, column, flags, limits)
  if key > 0 then
    addWindows(endpoint(key), at, limits, 1)
    changed[key] = true
  end
  if flags % 2 == 1 then
    addRolling(account, at, column)
    accountChanged = true
  end
  if flags >= 2 then
    addRolling(ledger, at, column)
    accountChanged = true
  end
end

local function giveBack(key, at, column, flags, limits)
  if key > 0 then
    addWindows(endpoint(key), at, limits, -1)
    changed[key] = true
  end
  if flags % 2 == 1 then
    removeRolling(account, at, column)
    accountChanged = true
  end
  if flags >= 2 then
    removeRolling(ledger, at, column)
    accountChanged = true
  end
end

local p = 12
local function arg()
  p = p + 1
  return tonumber(ARGV[p - 1])
end

local answers = {}

local function ask()
  local key, patience, rank, flags, keeps = arg(), arg(), arg(), arg(), arg() == 1
  local earliest, oldKey, oldAt, oldColumn, oldFlags = arg(), arg(), arg(), arg(), arg()
  local limits = {}
  for _ = 1, arg() do
    limits[#limits + 1] = arg()
    limits[#limits + 1] = arg()
  end
  if oldAt > 0 then giveBack(oldKey, oldAt, oldColumn, oldFlags, limits) end
  if rank > 0 and flags > 0 and (now - account.queryAskedAt > 1000 or now - ledger.queryAskedAt > 1000) then
    account.queryAskedAt = now
    ledger.queryAskedAt = now
    accountChanged = true
  end
  local e = endpoint(key)
  local at = now
  if oldAt > 0 and now - oldAt <= floor(margin / 2) then at = min(now, oldAt) end
  at = max(at, earliest)
  local later = at
  while true do
    if e then later = fitWindows(e, later, limits) end
    if flags % 2 == 1 then later = fitRolling(account, later, rank, keeps) end
    if flags >= 2 then later = fitRolling(ledger, later, rank, keeps) end
    if later == at then break end
    at = later
  end
  local column = -1
  if at <= now + patience then
    column = FIXED
    if flags % 2 == 1 then column = columnOf(account, at, rank) end
    if flags >= 2 and column <= FIXED then column = columnOf(ledger, at, rank) end
    book(key, at, column, flags, limits)
  end
  answers[#answers + 1] = column
  answers[#answers + 1] = at
  local full = #answers + 1
  answers[full] = 0
  if e then
    for k = 1, #limits, 2 do
      local permits, length = limits[k], limits[k + 1]
      local windows = windowsOf(e, length)
      answers[#answers + 1] = windows[floor(now / length)] or 0
      for window, count in pairs(windows) do
        if count >= permits then answers[full] = max(answers[full], (window + 1) * length) end
      end
    end
  end
end

local function read()
  local key, at, column, flags = arg(), arg(), arg(), arg()
  local limits = {}
  for _ = 1, arg() do
    limits[#limits + 1] = 0
    limits[#limits + 1] = arg()
  end
  return key, at, column, flags, limits
end

while p <= #ARGV do
  local op = ARGV[p]
  p = p + 1
  if op == 'A' then
    ask()
  elseif op == 'G' then
    giveBack(read())
  elseif op == 'N' then
    book(read())
  elseif op == 'S' then
    slowDown(arg() == 1 and ledger or account)
    accountChanged = true
  elseif op == 'J' then
    local grace = arg()
    seen[me] = now
    if now >= graceUntil then graceUntil, graceSince = now + grace, now end
    countPresent()
    accountChanged = true
  end
end

-- what is written expires by itself once nothing in it matters any more

if accountChanged then
  local last = max(lastRolling(account), lastRolling(ledger), now)
  local function pack(b)
    return {b.pace, b.pacedAt, b.paceEra, b.queryAskedAt, b.cells}
  end
  local life = last - now + 4 * (max(account.window, ledger.window) + margin) * FULL / SLOWEST + HOLD + RECOVER
  redis.call('SET', KEYS[1], cmsgpack.pack({born, pack(account), pack(ledger), graceUntil, graceSince, seen}), 'PX', floor(life))
end
for key in pairs(changed) do
  local flat, last = {}, now
  for length, windows in pairs(endpoints[key]) do
    for window, count in pairs(windows) do
      if count > 0 then
        flat[#flat + 1] = length
        flat[#flat + 1] = window
        flat[#flat + 1] = count
        last = max(last, (window + 1) * length)
      end
    end
  end
  redis.call('SET', KEYS[key], cmsgpack.pack(flat), 'PX', floor(last - now + 1000))
end

-- If Redis goes away now, nobody may use a share of their own before this.
local function spokenFor(b)
  if fitRolling(b, now, BACKGROUND - 1, false) <= now then return 0 end
  return lastRolling(b) + spanOf(b, paceOf(b)) * b.cellMillis
end

local place = 0
for instance, at in pairs(seen) do
  if instance < me and now - at < 10000 then place = place + 1 end
end

local reply = {now, born, paceOf(account), paceOf(ledger), account.paceEra + ledger.paceEra,
  max(spokenFor(account), spokenFor(ledger)), place}
for i = 1, #answers do reply[#reply + 1] = answers[i] end
return reply
