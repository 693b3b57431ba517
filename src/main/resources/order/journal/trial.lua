-- Each command that an order needs, on a name of its own: Redis undoes nothing of a script that it stops in the middle, so what it does
-- not allow is better known before an order leaves.
local name = KEYS[1]
redis.call('DEL', name)
redis.call('SET', name, '1', 'PX', '5000')
redis.call('PEXPIREAT', name, '32503680000000')
redis.call('PEXPIRE', name, '5000')
redis.call('GET', name)
redis.call('EXISTS', name)
redis.call('DEL', name)
redis.call('HSET', name, 'a', '1')
-- So that nothing stays where it is stopped.
redis.call('PEXPIRE', name, '5000')
redis.call('HGET', name, 'a')
redis.call('HMGET', name, 'a')
redis.call('HGETALL', name)
redis.call('HINCRBY', name, 'a', '1')
redis.call('EXPIRE', name, '5')
redis.call('HDEL', name, 'a')
redis.call('ZADD', name, '1', 'a')
redis.call('PEXPIRE', name, '5000')
redis.call('ZRANGE', name, '0', '0')
redis.call('ZRANGEBYSCORE', name, '1', '1')
redis.call('ZREM', name, 'a')
redis.call('TIME')
return 'DONE'
