-- Saves how far the sweep is, or ends it, if the lease is still held with this token: who lost it changes nothing.
-- KEYS: the lease; the sweep.
-- ARGV: token; text of the sweep, empty at its end; expiry in seconds.
-- Reply: 1; 0: the lease is not held any more.
if redis.call('MGET', KEYS[1])[1] ~= ARGV[1] then
  return 0
end

if ARGV[2] == '' then
  redis.call('DEL', KEYS[1], KEYS[2])
else
  redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
end

return 1
