-- The key of a request that brought none: one whose caller was never told, else the fresh one.
-- KEYS: keys of this kind of request; values: F and the instance where it is under way, or U for untold.
local all = redis.call('HGETALL', KEYS[1])
local fresh, instance, ttl, alive = unpack(ARGV)
local eldest
for i = 1, #all, 2 do
  local owner = string.sub(all[i + 1], 2)
  local untold = all[i + 1] == 'U' or owner ~= instance and redis.call('EXISTS', alive .. owner) == 0
  if untold and (not eldest or all[i] < eldest) then
    eldest = all[i]
  end
end
redis.call('HSET', KEYS[1], eldest or fresh, 'F' .. instance)
redis.call('PEXPIRE', KEYS[1], ttl)
return eldest or fresh
