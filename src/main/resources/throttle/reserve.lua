-- Reserves slots, gives them back, slows the pace: all that gateways share, in one step on Redis's own clock. Reservations,
-- RollingWindow and FixedWindows do the same in memory; see there for what the numbers mean.
-- KEYS[1]   the account; KEYS[2..] endpoints and clients; all in one hash slot
-- ARGV[1]   a JSON array: 1 now (ms; 0 = the time of this server), 2 not after (ms; 0 = whenever), 3 guard, 4 margin,
--           5-6 account's permits (0 = not counted) and window, 7 the memory it knows (0 = any), 8 1 = comes back after an
--           outage, 2 = only looks, then operations, where GROUPS is: how many, then for each: key n (permits window)*n
--             A patience rank oldAt oldColumn GROUPS     ask, giving the old slot up
--             G at column GROUPS                         give back
--             U key window-length window used granted    what was granted in a window: known before, without Redis since
--             J left                                     nobody was served since: be quiet for over a second
--             S                                          slow down
-- returns   now, born, pace, pace era, then for each A: column (or what is full: -1 endpoint, -2 client, -3 account), at,
--           when the endpoint has room, used*n; or now and -1: too late to be of use, -2: another memory
local ORDER, FIXED, ALL, FULL, SLOWEST = 0, 1, 5, 1000, 125
local SLOW_AGAIN, HOLD, RECOVER, QUERY_MEMORY, QUIET, SEEN = 1000, 5000, 60000, 10000, 1000, 250
local floor, max, min, insert, remove = math.floor, math.max, math.min, table.insert, table.remove

local args = cjson.decode(ARGV[1])
local now, notAfter, guard, margin, known, why = args[1], args[2], args[3], args[4], args[7], args[8]
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end
if notAfter > 0 and now > notAfter then return {now, -1} end
local packed = redis.call('GET', KEYS[1])
local saved = packed and cmsgpack.unpack(packed) or {}
local born, asked, quiet, queryAsked = saved[1], saved[2] or 0, saved[3] or 0, saved[4] or 0
local lost = born ~= known
if known > 0 and lost and why == 0 then return {now, -2} end
local changed = not born or now - asked > SEEN
born = born or now

-- What was full in this call of the script stays full until something is given back.
local function searched(free, name, from)
  local f = free[name]
  if f and from > f[2] then return {from, from} end
  if not f or from < f[1] then f = {from, from} end
  free[name] = f
  return f
end

-- the account's rolling window: reservations in order of time, and for each how it stands
local account = saved[5] or {}
local b = {permits = args[5], window = args[6], pace = account[1] or FULL, pacedAt = account[2] or 0,
  era = account[3] or 0, at = {}, column = {}, views = {}, free = {}}

local function pace()
  if b.pace == FULL then return FULL end
  return min(FULL, b.pace + floor(max(0, now - b.pacedAt - HOLD) * FULL / RECOVER))
end

local function measure()
  local rate = max(1, b.permits) * pace()
  b.limit = max(1, floor(rate / FULL))
  b.span = (rate >= FULL and b.window or floor(b.window * FULL / rate)) + margin + 1
end

measure()
for i, at in ipairs(account[4] or {}) do
  if at >= now - b.span or account[5][i] == ORDER and at >= now - 4 * b.span then
    b.at[#b.at + 1], b.column[#b.at + 1] = at, account[5][i]
  end
end

local function after(list, moment)
  local low, high = 1, #list + 1
  while low < high do
    local middle = floor((low + high) / 2)
    if list[middle] <= moment then low = middle + 1 else high = middle end
  end
  return low
end

-- The times of those that stand in a column below `columns`.
local function view(columns)
  if columns >= ALL then return b.at end
  if not b.views[columns] then
    local v = {}
    for i, at in ipairs(b.at) do
      if b.column[i] < columns then v[#v + 1] = at end
    end
    b.views[columns] = v
  end
  return b.views[columns]
end

local function room(from, columns, limit, span)
  local found = searched(b.free, columns * 65536 + limit, from)
  local at = found[2]
  local v = view(columns)
  local i = after(v, at - span)
  while v[i + limit - 1] and v[i + limit - 1] < at + span do
    if v[i + limit - 1] - v[i] < span then at = max(at, v[i] + span) end
    repeat i = i + 1 until not v[i] or v[i] > at - span
  end
  found[2] = at
  return at
end

local function fitRolling(from, columns, order)
  if #b.at < b.permits and b.pace == FULL then return from end
  local at = room(from, columns, b.limit, b.span)
  local shares = order and now - queryAsked < QUERY_MEMORY and (at > now or #view(FIXED + 1) < #b.at)
  while shares do
    local quarter = room(at, ORDER + 1, 3 * b.limit, 4 * b.span)
    shares = quarter > at
    at = room(quarter, columns, b.limit, b.span)
  end
  return at
end

local function columnOf(at, rank)
  local half = floor(b.limit / 2)
  if b.permits == 0 then return FIXED end
  if rank == 0 then return ORDER end
  if at <= now or #b.at < floor(b.permits / 2) or half > 0 and room(at, FIXED + 1, half, b.span) == at then return FIXED end
  return rank + 1
end

local function addRolling(at, column)
  if b.permits == 0 then return end
  local i = after(b.at, at)
  insert(b.at, i, at)
  insert(b.column, i, column)
  for columns, v in pairs(b.views) do
    if column < columns then insert(v, after(v, at), at) end
  end
  changed = true
end

local function removeRolling(at, column)
  local i = after(b.at, at - 1)
  while b.at[i] == at and b.column[i] ~= column do i = i + 1 end
  if b.at[i] ~= at then return end
  remove(b.at, i)
  b.views, b.free, changed = {}, {}, remove(b.column, i) ~= nil
end

-- fixed windows: for each length in use a map from window to count
local windows, windowsChanged = {}, {}

local function windowsOf(key, length)
  local e = windows[key]
  if not e then
    local packed = redis.call('GET', KEYS[key])
    e = packed and cmsgpack.unpack(packed) or {counts = {}, bases = {}, last = 0}
    e.free = {}
    for l, counts in pairs(e.counts) do
      for window in pairs(counts) do
        if window < floor(now / l) then counts[window] = nil end
      end
    end
    windows[key] = e
  end
  e.counts[length] = e.counts[length] or {}
  return e.counts[length], e
end

local function count(key, length, window, n)
  local counts, e = windowsOf(key, length)
  if n > 0 or counts[window] then counts[window] = max(0, (counts[window] or 0) + n) end
  if n < 0 then e.free = {} end
  e.last = max(e.last, (window + 1) * length)
  windowsChanged[key] = true
end

local function fitWindows(group, from)
  local _, e = windowsOf(group.key, group[2])
  local found = searched(e.free, group.name, from)
  local at, later = nil, found[2]
  while later ~= at do
    at = later
    for k = 1, #group, 2 do
      local permits, length = group[k], group[k + 1]
      local counts, window, reached = windowsOf(group.key, length), floor(at / length), floor((at + guard) / length)
      if (counts[window] or 0) >= permits then later = max(later, (window + 1) * length) end
      if (counts[reached] or 0) >= permits then later = max(later, (reached + 1) * length) end
    end
  end
  found[2] = at
  return at
end

local function addWindows(group, at, n)
  for k = 2, #group, 2 do
    local window, reached = floor(at / group[k]), floor((at + guard) / group[k])
    count(group.key, group[k], window, n)
    if reached ~= window then count(group.key, group[k], reached, n) end
  end
end

-- the operations
local p = 9
local function arg()
  p = p + 1
  return args[p - 1]
end

local function groups()
  local all = {}
  for g = 1, arg() do
    local group = {key = arg()}
    for k = 1, 2 * arg() do group[k] = arg() end
    group.name = table.concat(group, ' ')
    all[g] = group
  end
  return all
end

local function giveBack(at, column, from)
  for _, group in ipairs(from) do addWindows(group, at, -1) end
  removeRolling(at, column)
end

local answers = {now, born, 0, 0}
local function ask()
  local patience, rank, oldAt, oldColumn = arg(), arg(), arg(), arg()
  local all = groups()
  if oldAt > 0 then giveBack(oldAt, oldColumn, all) end
  if rank > 0 and b.permits > 0 and now - queryAsked > 1000 then queryAsked, changed = now, true end
  local keeps = rank > 0 and oldAt > 0 and oldColumn <= rank + 1
  local columns = rank + (keeps and 1 or 2)
  local at, who = nil, nil
  local later = max(quiet, oldAt > 0 and now - oldAt <= floor(margin / 2) and min(now, oldAt) or now)
  local function moved(to, which)
    later = to
    if later > now + patience then who = who or which end
  end
  moved(later, -3)
  while later ~= at do
    at = later
    for g, group in ipairs(all) do moved(fitWindows(group, later), -g) end
    if b.permits > 0 then moved(fitRolling(later, columns, rank == 0), -3) end
  end
  local column = who
  if not who then
    column = columnOf(at, rank)
    for _, group in ipairs(all) do addWindows(group, at, 1) end
    addRolling(at, column)
  end
  local n = #answers
  answers[n + 1], answers[n + 2], answers[n + 3] = column, at, all[1] and fitWindows(all[1], now) or 0
  for _, group in ipairs(all) do
    for k = 2, #group, 2 do insert(answers, windowsOf(group.key, group[k])[floor(now / group[k])] or 0) end
  end
end

local function told(key, length, window, used, granted)
  local _, e = windowsOf(key, length)
  if lost then
    local bases = e.bases[length] or {}
    e.bases[length], granted = bases, granted + max(0, used - (bases[window] or 0))
    bases[window] = max(bases[window] or 0, used)
  end
  if granted > 0 then count(key, length, window, granted) end
end

local function slowDown()
  if b.pace < FULL and now - b.pacedAt < SLOW_AGAIN then return end
  b.pace, b.pacedAt, b.era, b.free, changed = max(SLOWEST, floor(pace() / 2)), now, b.era + 1, {}, true
  measure()
end

local OPERATIONS = {A = ask,
  G = function() giveBack(arg(), arg(), groups()) end,
  U = function() told(arg(), arg(), arg(), arg(), arg()) end,
  J = function() if asked <= arg() then quiet = max(quiet, (floor((now + QUIET + margin) / 1000) + 1) * 1000) end end,
  S = slowDown}
while p <= #args do OPERATIONS[arg()]() end

answers[3], answers[4] = pace(), b.era

-- what is written expires by itself once nothing in it matters any more
if changed and why ~= 2 then
  local life = max(b.at[#b.at] or 0, now) - now + 4 * (b.window + margin) * FULL / SLOWEST + HOLD + RECOVER
  redis.call('SET', KEYS[1], cmsgpack.pack({born, now, quiet, queryAsked, {b.pace, b.pacedAt, b.era, b.at, b.column}}), 'PX', floor(life))
end
for key in pairs(windowsChanged) do
  local e = windows[key]
  e.free = nil
  redis.call('SET', KEYS[key], cmsgpack.pack(e), 'PX', floor(max(0, e.last - now) + 1000))
end
return answers
