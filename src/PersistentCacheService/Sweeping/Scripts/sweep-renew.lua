-- Prolongs the lease or gives it up, if it is still held with this token.
-- KEYS: the lease.
-- ARGV: token; life in ms, 0 to give it up.
-- Reply: 1; 0: it is not held any more.
if redis.call('MGET', KEYS[1])[1] ~= ARGV[1] then
  return 0
end

if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end

return 1
