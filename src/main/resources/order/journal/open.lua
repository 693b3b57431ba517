-- The open entries that need attention soonest: name, text and whether the entry is among those of its stock, of each. Names of
-- entries that have expired are dropped.
local docs = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)) do
  local doc, grouped = unpack(redis.call('HMGET', ARGV[1] .. id, 'doc', 'group'))
  if doc then
    docs[#docs + 1] = id
    docs[#docs + 1] = doc
    docs[#docs + 1] = grouped or ''
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return docs
