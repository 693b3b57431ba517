-- The request that has a key has ended, as 'told' or not; nothing if another has taken the key meanwhile, or it is gone.
-- KEYS: see borrow.lua
local key, fresh, told = unpack(ARGV)
local value = redis.call('HGET', KEYS[1], key) or ''
local repeated = string.match(value, '^F[^@]*@%d*(.+)')
if string.sub(value, 1, 1) == 'F' and (repeated or key) == fresh then
  if told == '1' then
    redis.call('HDEL', KEYS[1], key)
  else
    redis.call('HSET', KEYS[1], key, 'U')
  end
end
return 'DONE'
