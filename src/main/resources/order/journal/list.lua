-- A page of a sorted set of entries: where it ended ('' at the set's end), then name, score and text of each. Names of entries that
-- have expired are dropped from the set.
-- ARGV: how an entry's key begins, score and name behind which to begin, how many
local set = KEYS[1]
local prefix, score, after, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local page, gone, ended = {}, {}, ''
local offset, looked, step = 0, 0, limit + 50
while ended == '' do
  local some = redis.call('ZRANGEBYSCORE', set, score, '+inf', 'WITHSCORES', 'LIMIT', offset, step)
  for i = 1, #some, 2 do
    local id, at = some[i], some[i + 1]
    if at ~= score or id > after then
      local doc = redis.call('HGET', prefix .. id, 'doc')
      if doc then
        page[#page + 1] = id
        page[#page + 1] = at
        page[#page + 1] = doc
      else
        gone[#gone + 1] = id
      end
      looked = looked + 1
      -- Others wait for Redis meanwhile: a page may be short, but then it says where to go on.
      if #page >= 3 * limit or looked >= 2000 then
        ended = at .. '-' .. id
        break
      end
    end
  end
  if ended == '' and #some < 2 * step then
    break
  end
  offset = offset + step
end
for _, id in ipairs(gone) do
  redis.call('ZREM', set, id)
end
table.insert(page, 1, ended)
return page
