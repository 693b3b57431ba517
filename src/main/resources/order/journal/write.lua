-- One step of one order: checks and writes everything that belongs to it, or nothing.
-- KEYS: entry, key's holder, day's entries, open entries, day's order numbers, order number's latest entry, halt
local entry, holder, day, open, numbers, number, halt = unpack(KEYS)
local id, old, new, doc, retention, keyLife, created, due, orderNo, confirmed, claims, replaced, haltable, sent, keyed = unpack(ARGV)

if haltable == '1' and (redis.call('GET', halt) or 'resumed') ~= 'resumed' then
  return 'HALTED'
end
local present = redis.call('HGET', entry, 'version') or '0'
-- What was sent and has been lost since, by a Redis without persistence, is written again. What is only about to be sent is
-- not: whoever removed it may have given its key to another.
if present ~= old and not (present == '0' and sent == '1') then
  return 'CHANGED'
end
local held = redis.call('GET', holder) or ''
if claims == '1' and held ~= '' and held ~= replaced then
  return 'CHANGED'
end
-- About to be sent: the key must still be this order's, or two would go out under one key.
if sent == '' and keyed == '1' and old ~= '0' and held ~= id then
  return 'CHANGED'
end
local loser = ''
if orderNo ~= '' then
  local other = redis.call('HGET', numbers, orderNo)
  if other and other ~= id then
    if confirmed ~= '1' then
      return 'NUMBER_TAKEN'
    end
    loser = other
  end
  redis.call('HSET', numbers, orderNo, id)
  redis.call('PEXPIRE', numbers, retention)
  redis.call('SET', number, id, 'PX', retention)
end
redis.call('HSET', entry, 'version', new, 'doc', doc)
redis.call('PEXPIRE', entry, retention)
if claims == '1' or held == id or held == '' and sent == '1' and keyed == '1' then
  redis.call('SET', holder, id, 'PX', keyLife)
end
redis.call('ZADD', day, created, id)
redis.call('PEXPIRE', day, retention)
if due == '' then
  redis.call('ZREM', open, id)
else
  redis.call('ZADD', open, due, id)
end
return 'DONE' .. loser
