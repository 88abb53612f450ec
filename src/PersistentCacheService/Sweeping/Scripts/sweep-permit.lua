-- Permits some Edge API calls, if the lease is still held with this token and the permitted ones before have had their time. The key of the pace lives
-- as long as its calls take at the allowed rate, by the clock of Redis: no holder of the lease is faster, however often it changes hands.
-- KEYS: the lease; the pace.
-- ARGV: token; time of the calls in ms.
-- Reply: 1; 0: not yet; -1: the lease is not held any more.
if redis.call('MGET', KEYS[1])[1] ~= ARGV[1] then
  return -1
end

return redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2], 'NX') and 1 or 0
