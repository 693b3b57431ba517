-- A request has gone that does not know which key it has: the key is as untold as it was, and if the request arrives only now it gets none.
-- KEYS: see borrow.lua
local all = redis.call('HGETALL', KEYS[1])
local fresh, ttl = unpack(ARGV)
for i = 1, #all, 2 do
  if string.sub(all[i + 1], -#fresh) == fresh then
    redis.call('HSET', KEYS[1], all[i], 'U')
  end
end
redis.call('HSET', KEYS[1], fresh, 'X')
redis.call('PEXPIRE', KEYS[1], ttl)
return 'DONE'
