-- The name and text of the entry that an index names.
local id = redis.call('GET', KEYS[1])
if not id then
  return {}
end
local doc = redis.call('HGET', ARGV[1] .. id, 'doc')
return doc and { id, doc } or {}
