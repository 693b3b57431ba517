-- The entry that an index names.
local id = redis.call('GET', KEYS[1])
if not id then
  return ''
end
return redis.call('HGET', ARGV[1] .. id, 'doc') or ''
