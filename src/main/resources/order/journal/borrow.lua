-- The key of a request that brought none: one whose caller was never told, else the fresh one. While one like it is under way, it is
-- a ticket with which to ask again: that a caller, or a whole gateway, has gone is known here a moment later. Nothing for a request
-- that has been given up.
-- KEYS: keys of this kind of request; values: F and the instance where it is under way, and for a repeat since when and its own fresh key;
-- U for untold; X for the fresh key of a request that has been given up.
local all = redis.call('HGETALL', KEYS[1])
local fresh, instance, ttl, alive, life, moment, ticket = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local asked = tonumber(ticket) or now
local eldest, retaken, some
-- Until an instance has said how its orders ended by then, it may know of callers who went before this was asked.
local unheard = ticket == ''
for i = 1, #all, 2 do
  local key, value = all[i], all[i + 1]
  local owner, since = string.match(value, '^F([^@]*)@?(%d*)')
  local untold = value == 'U'
  if value == 'X' then
    if key == fresh then
      return ''
    end
  elseif owner and owner ~= instance then
    local heard = redis.call('GET', alive .. owner)
    untold = not heard
    unheard = unheard or heard and tonumber(heard) <= asked + moment
  end
  some = some or value ~= 'X'
  retaken = retaken or not untold and since and since ~= '' and tonumber(since) >= asked
  if untold and (not eldest or key < eldest) then
    eldest = key
  end
end
if not eldest and some and (retaken or unheard) then
  return string.format('%.0f', retaken and now or asked)
end
redis.call('HSET', KEYS[1], eldest or fresh, 'F' .. instance .. (eldest and string.format('@%.0f', now) .. fresh or ''))
redis.call('PEXPIRE', KEYS[1], ttl)
-- Before its first sign of life it has said nothing, but is there.
redis.call('SET', alive .. instance, '0', 'NX', 'PX', life)
return eldest or fresh
