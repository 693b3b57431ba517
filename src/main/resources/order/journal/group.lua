-- Puts an open entry, which a former version wrote, among those of its stock.
-- KEYS: entry, open entries of the day and stock
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('ZADD', KEYS[2], ARGV[1], ARGV[2])
  redis.call('PEXPIREAT', KEYS[2], ARGV[3])
  redis.call('HSET', KEYS[1], 'group', '1')
end
return 'DONE'
