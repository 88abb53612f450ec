-- Takes the lease of the sweep, if there is one to do and no other worker holds it. Begins what was requested when no sweep is under way.
-- KEYS: the lease; the sweep; the request.
-- ARGV: token; life of the lease in ms; expiry of the sweep in seconds; what follows the time of the request in the text of a new sweep.
-- Reply: the text of the sweep; 'idle': nothing to do; 'held': another process does it.
local lease, sweep, request = unpack(redis.call('MGET', KEYS[1], KEYS[2], KEYS[3]))
if not sweep and not request then
  return 'idle'
end

if lease and lease ~= ARGV[1] then
  return 'held'
end

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if not sweep then
  sweep = 'since=' .. request .. ARGV[4]
  redis.call('SET', KEYS[2], sweep, 'EX', ARGV[3])
  redis.call('DEL', KEYS[3])
end

return sweep
