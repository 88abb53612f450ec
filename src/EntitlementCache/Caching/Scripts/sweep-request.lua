-- Records that every cached customer has to be refreshed. Requests that wait for their sweep are one: the latest time counts.
-- KEYS: the request.
-- ARGV: SentTimestamp of the event; expiry in seconds.
-- Reply: 1.
local stored = redis.call('MGET', KEYS[1])[1]
local since = ARGV[1]
if stored and (tonumber(stored) or 0) > tonumber(since) then
  since = stored
end

redis.call('SET', KEYS[1], since, 'EX', ARGV[2])
return 1
