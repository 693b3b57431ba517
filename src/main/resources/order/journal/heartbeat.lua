-- Says that an instance lives, unless ARGV[1] is empty, and of which time it has written down how its orders ended; tells the time,
-- seconds and microseconds, and how many replicas there are.
if ARGV[1] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
end
local time = redis.call('TIME')
local info = redis.pcall('INFO', 'replication')
time[3] = type(info) == 'string' and string.match(info, 'connected_slaves:(%d+)') or ''
return time
