-- Writes a customer's entitlements, metadata and usage, each item only if it is not older than what is stored.
-- KEYS: the write lock; n keys of values; their n timestamp keys.
-- ARGV: '1' to write only if at least one item is stored already; expiry in seconds, negative for none; n timestamps; n values.
-- Reply: how many items were written; -1: locked; -2: nothing stored. Every check comes before the first write.
local MGET_CHUNK = 1000 -- Lua's stack takes 8000 values

if redis.call('EXISTS', KEYS[1]) == 1 then
  return LOCKED
end

local count = (#KEYS - 1) / 2
local writable = {}
local anyStored = false
for first = 1, count, MGET_CHUNK do
  local last = math.min(first + MGET_CHUNK - 1, count)
  local stored = redis.call('MGET', unpack(KEYS, 1 + count + first, 1 + count + last))
  for i = first, last do
    local time = dateOf(stored[i - first + 1])
    anyStored = anyStored or time ~= nil
    writable[i] = not time or isNotOlder(tonumber(ARGV[2 + i]), time)
  end
end

if ARGV[1] == '1' and not anyStored then
  return ABSENT
end

return write(1, count, writable)
