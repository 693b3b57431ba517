-- Adds lines of one kind to those of a day; the eldest give way.
-- KEYS: lines of the kind, kinds of the day
-- ARGV: kind, until when they are kept, how many at most, then milliseconds and text of each
local kind, ends, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
for i = 4, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
end
for _, line in ipairs(redis.call('ZRANGE', KEYS[1], 0, -most - 1)) do
  redis.call('ZREM', KEYS[1], line)
end
redis.call('PEXPIREAT', KEYS[1], ends)
redis.call('ZADD', KEYS[2], 0, kind)
redis.call('PEXPIREAT', KEYS[2], ends)
return 'DONE'
