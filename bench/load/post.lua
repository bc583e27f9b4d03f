-- POST with a body of the size given as the first argument.
require "report"
function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/octet-stream"
  wrk.body = string.rep("b", tonumber(arguments[1]))
end
