-- Tells all instances something; as the holder only while it is.
-- KEYS[1] the lease. ARGV: the channel, the message, the lease that must be held or nothing.
-- Answers with 1, or 0 if another has the lease.
if ARGV[3] ~= '' and redis.call('GET', KEYS[1]) ~= ARGV[3] then
  return {0}
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return {1}
