-- Every kind of request in turn, for the growth check.
require "report"
local requests
local turn = 0
function init()
  local bytes = { ["Content-Type"] = "application/octet-stream", ["Host"] = wrk.headers["Host"] }
  requests = {
    wrk.format("GET", "/"),
    wrk.format("POST", "/echo", bytes, string.rep("b", 1024)),
    wrk.format("GET", "/"),
    wrk.format("GET", "/json"),
    wrk.format("POST", "/echo", bytes, string.rep("b", 20000)),
    wrk.format("GET", "/file/10k"),
  }
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
