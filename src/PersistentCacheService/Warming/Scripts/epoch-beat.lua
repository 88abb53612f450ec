-- Looks whether the data is still that of before, and marks it. The marker stands twice, so that an eviction of one key is no loss of all.
-- Its text: id of the data; beats so far; time of the last one. Then the last change of the id, for the processes that look later: what was found, the id
-- known until then, the id that stood there, the time of the last beat that was left. Then of each process its token, and number and time of its own last beat.
-- KEYS: the marker; its copy; the key that stands while a warm-up is under way.
-- ARGV: token of this process; the id known, empty for none; the number of its own last beat; the id of new data; the time now, Unix ms.
-- Reply, separated by spaces: the id; the beats; 'first', 'same', 'emptied', 'replaced' or 'rolled-back'; the time of the last beat that is left; '1' while a warm-up is under way.
local most = 32
local first, copy, warming = unpack(redis.call('MGET', KEYS[1], KEYS[2], KEYS[3]))
local me, known, last, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[5]
local words = {}
for word in string.gmatch(first or copy or '', '%S+') do
  words[#words + 1] = word
end

local id, beats, since = string.match(table.concat(words, ' ', 1, math.min(#words, 3)), '^(%x+) (%d+) (%d+)$')
local change = {words[4] or 'first', words[5] or '-', words[6] or '-', words[7] or '0'}
local others, own, ownTime = {}, nil, nil
for i = 8, #words do
  local who, number, time = string.match(words[i], '^(%x+):(%d+):(%d+)$')
  if who == me then
    own, ownTime = tonumber(number), time
  else
    others[#others + 1] = words[i]
  end
end

-- A process whose own last beat is lost knows it, even if others have counted on since. One that is not listed fell out of a full list, or its beats are lost.
local isListed = own or #words < 8 or #others >= most - 1
local verdict, isNew = 'same', false
if not id then
  verdict, isNew, since = known == '' and 'first' or 'emptied', true, '0'
elseif known == '' then
  verdict = 'first'
elseif id ~= known and change[2] == known then
  verdict, since = change[1], change[4]
elseif id ~= known and not (change[1] == 'replaced' and change[3] == known) then
  verdict, isNew = 'replaced', true
elseif id == known and ((own or tonumber(beats)) < last or not isListed) then
  verdict, isNew, since = 'rolled-back', true, ownTime or since
end

if isNew then
  change = {verdict, known == '' and '-' or known, id or '-', since}
  id, beats, others = ARGV[4], 0, {}
end

beats = string.format('%.0f', tonumber(beats) + 1)
while #others >= most do
  table.remove(others, 1)
end

others[#others + 1] = me .. ':' .. beats .. ':' .. now
local text = table.concat({id, beats, now, table.concat(change, ' '), table.concat(others, ' ')}, ' ')
redis.call('SET', KEYS[1], text)
redis.call('SET', KEYS[2], text)
return table.concat({id, beats, verdict, since, warming and '1' or '0'}, ' ')
