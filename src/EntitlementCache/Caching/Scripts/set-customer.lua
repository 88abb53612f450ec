-- Writes a customer's entitlements, metadata and usage, each item only if it is not older than what is stored.
-- KEYS: the write lock; n keys of values; their n timestamp keys.
-- ARGV: '1' to write only if at least one item is stored already; expiry in seconds, negative for none; n timestamps; n values.
-- Reply: how many items were written; -1: locked; -2: nothing stored. Every check comes before the first write.
local LOCKED, ABSENT = -1, -2
local MGET_CHUNK = 1000 -- Lua's stack takes 8000 values
local MAX_DATE = 8.64e15 -- of a JavaScript Date; below 2^53, so a Lua number holds every date exactly

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
    local text = stored[i - first + 1]
    -- What is no date never wins: a damaged timestamp must not shut its key for good.
    local time = text and #text <= 32 and string.find(text, '^%-?%d+%.?%d*$') and tonumber(text)
    if time and time <= MAX_DATE and time >= -MAX_DATE then
      anyStored = true
      local own = tonumber(ARGV[2 + i])
      writable[i] = own == 0 or time <= own
    else
      writable[i] = true
    end
  end
end

if ARGV[1] == '1' and not anyStored then
  return ABSENT
end

local expires = tonumber(ARGV[2]) >= 0
local written = 0
for i = 1, count do
  if writable[i] then
    written = written + 1
    local key, timestampKey, timestamp, value = KEYS[1 + i], KEYS[1 + count + i], ARGV[2 + i], ARGV[2 + count + i]
    if expires then
      redis.call('SET', key, value, 'EX', ARGV[2])
      redis.call('SET', timestampKey, timestamp, 'EX', ARGV[2])
    else
      redis.call('SET', key, value)
      redis.call('SET', timestampKey, timestamp)
    end
  end
end

return written
