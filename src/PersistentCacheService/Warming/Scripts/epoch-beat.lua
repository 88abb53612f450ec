-- Looks whether the data is still that of before, and marks it. The marker stands twice, so that an eviction of one key is no loss of all.
-- Its text: id of the data, beats so far, time of the last one.
-- KEYS: the marker; its copy; the key that stands while a warm-up is under way.
-- ARGV: the id known, empty for none; the beats known; the id of new data; the time now, Unix ms.
-- Reply, separated by spaces: the id; the beats; 'first', 'same', 'emptied', 'replaced' or 'rolled-back'; the time of the last beat that is left; '1' while a warm-up is under way.
local first, copy, warming = unpack(redis.call('MGET', KEYS[1], KEYS[2], KEYS[3]))
local id, beats, since = string.match(first or copy or '', '^(%x+) (%d+) (%d+)$')
local known = ARGV[1]
local verdict = 'same'
if not id then
  verdict = known == '' and 'first' or 'emptied'
  id, beats, since = ARGV[3], 0, '0'
elseif known == '' then
  verdict = 'first'
elseif id ~= known then
  verdict = 'replaced'
elseif tonumber(beats) < tonumber(ARGV[2]) then
  verdict = 'rolled-back'
  id, beats = ARGV[3], 0
end

beats = string.format('%.0f', tonumber(beats) + 1)
local text = id .. ' ' .. beats .. ' ' .. ARGV[4]
redis.call('SET', KEYS[1], text)
redis.call('SET', KEYS[2], text)
return table.concat({id, beats, verdict, since, warming and '1' or '0'}, ' ')
