-- Writes usage of a customer whose entitlements are stored; every item stands for itself.
-- KEYS: the write lock; the timestamp key of the entitlements; n keys of usage; their n timestamp keys.
-- ARGV: '1' to write only usage that is stored already; expiry in seconds, negative for none; n timestamps; n values.
-- Reply: how many items were written; -1: locked; -2: nothing stored that could be updated. Every check comes before the first write.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return LOCKED
end

if redis.call('EXISTS', KEYS[2]) == 0 then
  return ABSENT
end

local count = (#KEYS - 2) / 2
local stored = redis.call('MGET', unpack(KEYS, 3 + count))
local onlyStored = ARGV[1] == '1'
local writable = {}
local anyCandidate = false
for i = 1, count do
  local time = dateOf(stored[i])
  if time or not onlyStored then
    anyCandidate = true
    writable[i] = not time or isNotOlder(tonumber(ARGV[2 + i]), time)
  end
end

if not anyCandidate then
  return ABSENT
end

return write(2, count, writable)
