-- Forgets an order of which nothing was sent, and frees its key.
-- KEYS: entry, key's holder, day's entries, open entries
local entry, holder, day, open = unpack(KEYS)
local id, version = unpack(ARGV)

if redis.call('HGET', entry, 'version') ~= version then
  return 'CHANGED'
end
redis.call('DEL', entry)
if redis.call('GET', holder) == id then
  redis.call('DEL', holder)
end
redis.call('ZREM', day, id)
redis.call('ZREM', open, id)
return 'DONE'
