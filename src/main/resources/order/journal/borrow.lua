-- The key of a request that brought none: one whose caller was never told, else the fresh one. While one like it is under way, it is
-- a ticket with which to ask again: that a caller, or a whole gateway, has gone is known here a moment later.
-- KEYS: keys of this kind of request; values: F and the instance where it is under way, and for a repeat since when, or U for untold.
local all = redis.call('HGETALL', KEYS[1])
local fresh, instance, ttl, alive, life, moment, ticket = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local asked = tonumber(ticket) or now
local eldest, retaken
-- Until an instance says that it lives it may know of callers who went before this was asked.
local unheard = ticket == ''
for i = 1, #all, 2 do
  local owner, since = string.match(all[i + 1], '^F([^@]*)@?(%d*)$')
  local untold = not owner
  if owner and owner ~= instance then
    local left = redis.call('PTTL', alive .. owner)
    untold = left < 0
    unheard = unheard or not untold and now + left - life <= asked + moment
  end
  retaken = retaken or not untold and since ~= '' and tonumber(since) >= asked
  if untold and (not eldest or all[i] < eldest) then
    eldest = all[i]
  end
end
if not eldest and #all > 0 and (retaken or unheard) then
  return string.format('%.0f', retaken and now or asked)
end
redis.call('HSET', KEYS[1], eldest or fresh, 'F' .. instance .. (eldest and string.format('@%.0f', now) or ''))
redis.call('PEXPIRE', KEYS[1], ttl)
return eldest or fresh
