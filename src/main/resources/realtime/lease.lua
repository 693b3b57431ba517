-- Takes the lease of the session with KIS's WebSocket, keeps it, or gives it back.
-- KEYS[1] the lease: "instance:epoch". ARGV: the instance; for how many milliseconds, 0 to give it back.
-- Answers with the epoch, or 0 if another has it.
local held = redis.call('GET', KEYS[1])
local mine = held and string.sub(held, 1, #ARGV[1] + 1) == ARGV[1] .. ':'
if ARGV[2] == '0' then
  if mine then
    redis.call('DEL', KEYS[1])
  end
  return {0}
end
if held and not mine then
  return {0}
end
if not mine then
  local time = redis.call('TIME')
  held = ARGV[1] .. ':' .. string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
redis.call('SET', KEYS[1], held, 'PX', ARGV[2])
return {tonumber(string.sub(held, #ARGV[1] + 2))}
