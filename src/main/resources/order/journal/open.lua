-- The open entries that need attention soonest: name, text and whether the entry is among those of its stock, of each. Names of
-- entries that have expired, or that nothing is to be done for, are dropped: a write that Redis stopped in the middle left them.
local docs = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)) do
  local doc, grouped, due = unpack(redis.call('HMGET', ARGV[1] .. id, 'doc', 'group', 'due'))
  if doc and due ~= '' then
    docs[#docs + 1] = id
    docs[#docs + 1] = doc
    docs[#docs + 1] = grouped or ''
  else
    redis.pcall('ZREM', KEYS[1], id)
  end
end
return docs
