local longest = tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', ARGV[1], string.format('%.0f', now + longest), 'PX', longest)
