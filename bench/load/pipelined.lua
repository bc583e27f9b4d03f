-- 16 requests in one write; the next 16 when all are answered.
require "report"
local batch
function init()
  batch = string.rep(wrk.format("GET"), 16)
end
function request()
  return batch
end
