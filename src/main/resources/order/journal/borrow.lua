-- The key of a request that brought none: one whose caller was never told, else the fresh one. While one like it is under way, it is
-- a ticket with which to ask again: that a caller, or a whole gateway, has gone is known here a moment later.
-- KEYS: keys of this kind of request; values: F and the instance where it is under way, or U for untold.
local all = redis.call('HGETALL', KEYS[1])
local fresh, instance, ttl, alive, life, ticket = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local asked = tonumber(ticket) or now
local eldest, elsewhere, unheard
for i = 1, #all, 2 do
  local owner = string.sub(all[i + 1], 2)
  local untold = all[i + 1] == 'U'
  if not untold and owner ~= instance then
    local left = redis.call('PTTL', alive .. owner)
    untold = left < 0
    elsewhere = elsewhere or not untold
    unheard = unheard or not untold and now + left - life <= asked
  end
  if untold and (not eldest or all[i] < eldest) then
    eldest = all[i]
  end
end
if not eldest and #all > 0 and ticket ~= 'sure' then
  if ticket == '' or unheard then
    return string.format('%.0f', asked)
  elseif elsewhere then
    return 'sure'
  end
end
redis.call('HSET', KEYS[1], eldest or fresh, 'F' .. instance)
redis.call('PEXPIRE', KEYS[1], ttl)
return eldest or fresh
