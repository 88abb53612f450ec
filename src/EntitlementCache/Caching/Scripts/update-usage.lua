-- Writes usage of a customer whose entitlements are stored; every item stands for itself.
-- KEYS: the write lock; the timestamp key of the entitlements; n keys of usage; their n timestamp keys.
-- ARGV: '1' to write only usage that is stored already; expiry in seconds, negative for none; n timestamps; n values.
-- Reply: how many items were written; -1: locked; -2: nothing stored that could be updated. Every check comes before the first write.
local LOCKED, ABSENT = -1, -2
local MAX_DATE = 8.64e15 -- of a JavaScript Date; below 2^53, so a Lua number holds every date exactly

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
  local text = stored[i]
  -- What is no date never wins: a damaged timestamp must not shut its key for good.
  local time = text and #text <= 32 and string.find(text, '^%-?%d+%.?%d*$') and tonumber(text)
  if time and time <= MAX_DATE and time >= -MAX_DATE then
    anyCandidate = true
    local own = tonumber(ARGV[2 + i])
    writable[i] = own == 0 or time <= own
  elseif not onlyStored then
    anyCandidate = true
    writable[i] = true
  end
end

if not anyCandidate then
  return ABSENT
end

local expires = tonumber(ARGV[2]) >= 0
local written = 0
for i = 1, count do
  if writable[i] then
    written = written + 1
    local key, timestampKey, timestamp, value = KEYS[2 + i], KEYS[2 + count + i], ARGV[2 + i], ARGV[2 + count + i]
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
