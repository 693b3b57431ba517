-- One step of one order: checks and writes everything that belongs to it, or nothing.
-- KEYS: entry, key's holder, day's entries, open entries, day's order numbers, order number's latest entry, halt, open entries of the
-- day and stock, confirmed numbers of the day and stock, client's entries of the day; of the entry that loses its number to this one:
-- entry, key's holder, open entries of its day and stock; entry that may lose its key to this one
local entry, holder, day, open, numbers, number, halt, group, confirmed, client, loserEntry, loserHolder, loserGroup,
  replacedEntry = unpack(KEYS)
local id, old, new, doc, ends, keyEnds, dayEnds, created, due, orderNo, word, claims, replaced, replacedVersion, state, halts, keyed, named,
  loser, loserOld, loserNew, loserDoc, loserDue, loserCreated, loserKeyEnds = unpack(ARGV)
-- state: received, sending or sent; word: what KIS's own confirmation says, or nothing. loser: who is known to have the number;
-- loserOld: in which version it is so; without loserNew it stays as it is.

if halts == '1' and (redis.call('GET', halt) or 'resumed') ~= 'resumed' then
  return 'HALTED'
end
local present = redis.call('HGET', entry, 'version') or '0'
-- What was sent and has been lost since, by a Redis without persistence, is written again. What is only about to be sent is
-- not: whoever removed it may have given its key to another.
if present ~= old and not (present == '0' and state == 'sent') then
  return 'CHANGED'
end
local held = redis.call('GET', holder) or ''
-- Whoever may lose its key may have begun to send meanwhile.
if claims == '1' and held ~= ''
    and not (held == replaced and (redis.call('HGET', replacedEntry, 'version') or replacedVersion) == replacedVersion) then
  return 'CHANGED'
end
-- About to be sent: the key must still be this order's, or two would go out under one key.
if state == 'sending' and keyed == '1' and old ~= '0' and held ~= id then
  return 'CHANGED'
end
if orderNo ~= '' then
  local other = redis.call('HGET', numbers, orderNo)
  if other and other ~= id then
    if word == '' then
      return 'NUMBER_TAKEN'
    end
    if other ~= loser or loserNew ~= '' and redis.call('HGET', loserEntry, 'version') ~= loserOld then
      return 'LOSES ' .. other
    end
    if loserNew ~= '' then
      redis.call('HSET', loserEntry, 'version', loserNew, 'doc', loserDoc, 'due', loserDue, 'group', '1')
      redis.call('HDEL', loserEntry, 'number')
      redis.call('ZADD', open, loserDue, loser)
      redis.call('ZADD', loserGroup, loserCreated, loser)
      redis.call('PEXPIREAT', loserGroup, dayEnds)
      if redis.call('GET', loserHolder) == loser then
        redis.call('PEXPIREAT', loserHolder, loserKeyEnds)
      end
    end
  end
end
-- A number that it had and has no longer is free again.
local had = redis.call('HGET', entry, 'number')
if had then
  local oldNumbers, oldConfirmed, oldNumber, oldNo = unpack(cjson.decode(had))
  if not (oldNumbers == numbers and oldNo == orderNo) and redis.call('HGET', oldNumbers, oldNo) == id then
    redis.call('HDEL', oldNumbers, oldNo)
    redis.call('HDEL', oldConfirmed, oldNo)
    if redis.call('GET', oldNumber) == id then
      redis.call('DEL', oldNumber)
    end
  end
  redis.call('HDEL', entry, 'number')
end
if orderNo ~= '' then
  redis.call('HSET', numbers, orderNo, id)
  redis.call('PEXPIREAT', numbers, dayEnds)
  redis.call('SET', number, id)
  redis.call('PEXPIREAT', number, ends)
  redis.call('HSET', entry, 'number', cjson.encode({ numbers, confirmed, number, orderNo }))
  if word ~= '' then
    redis.call('HSET', confirmed, orderNo, word)
    redis.call('PEXPIREAT', confirmed, dayEnds)
  else
    redis.call('HDEL', confirmed, orderNo)
  end
end
redis.call('HSET', entry, 'version', new, 'doc', doc, 'due', due)
redis.call('PEXPIREAT', entry, ends)
if claims == '1' or held == id or held == '' and state == 'sent' and keyed == '1' then
  redis.call('SET', holder, id)
  redis.call('PEXPIREAT', holder, keyEnds)
end
if state ~= 'received' then
  redis.call('ZADD', day, created, id)
  redis.call('PEXPIREAT', day, dayEnds)
  if named == '1' then
    redis.call('ZADD', client, created, id)
    redis.call('PEXPIREAT', client, dayEnds)
  end
end
if due == '' then
  redis.call('ZREM', open, id)
  redis.call('ZREM', group, id)
else
  redis.call('ZADD', open, due, id)
  if state ~= 'received' then
    redis.call('ZADD', group, created, id)
    redis.call('PEXPIREAT', group, dayEnds)
    redis.call('HSET', entry, 'group', '1')
  end
end
local replicas = ''
if state == 'sending' then
  local info = redis.pcall('INFO', 'replication')
  replicas = type(info) == 'string' and string.match(info, 'connected_slaves:(%d+)') or ''
end
return 'DONE ' .. replicas
