-- Sends the cookies of a file, one per line, in turn.
local requests = {}
local last = 0

function init(args)
  for cookie in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { Cookie = cookie })
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end
