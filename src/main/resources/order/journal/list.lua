-- The entries of a sorted set, in its order; names of entries that have expired are dropped from it.
local docs = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)) do
  local doc = redis.call('HGET', ARGV[1] .. id, 'doc')
  if doc then
    docs[#docs + 1] = doc
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return docs
