-- Says that an instance lives; tells the time, seconds and microseconds, and how many replicas there are.
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
local time = redis.call('TIME')
local info = redis.pcall('INFO', 'replication')
time[3] = type(info) == 'string' and string.match(info, 'connected_slaves:(%d+)') or ''
return time
