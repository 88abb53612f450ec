-- Claims customers for a warm-up: who holds the claim fetches them, the others leave them alone. A mark counts only for the data it was made with: in an
-- older snapshot, or on another server, it tells nothing of what is cached there.
-- A mark's text: the token of who fetches the customer, 'done' or 'none' (the Edge API has none), and the id of the data.
-- KEYS: the marker of the data; its copy; n marks; the n timestamp keys of the customers' entitlements.
-- ARGV: token; life of a claim in ms; '1' to leave cached customers alone; '1' to leave those alone that were fetched lately.
-- Reply: a letter for each customer: 't' (take it), 'h' (held by another process), 'd' (fetched lately) or 'c' (cached).
local count = (#KEYS - 2) / 2
local stored = redis.call('MGET', unpack(KEYS))
local data = string.match(stored[1] or stored[2] or '', '^%x+') or ''
local verdicts = {}
for i = 1, count do
  local cached = stored[2 + count + i]
  local who, made = string.match(stored[2 + i] or '', '^(%w+) (%x*)$')
  if made ~= data then
    who = nil
  end

  local isFetched = who == 'none' or (who == 'done' and cached)
  if isFetched and ARGV[4] == '1' then
    verdicts[i] = 'd'
  elseif who and who ~= 'done' and who ~= 'none' and who ~= ARGV[1] then
    verdicts[i] = 'h'
  elseif cached and ARGV[3] == '1' then
    verdicts[i] = 'c'
  else
    redis.call('SET', KEYS[2 + i], ARGV[1] .. ' ' .. data, 'PX', ARGV[2])
    verdicts[i] = 't'
  end
end

return table.concat(verdicts)
