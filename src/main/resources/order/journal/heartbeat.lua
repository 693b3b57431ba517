-- Says that an instance lives, and tells the time.
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return redis.call('TIME')
