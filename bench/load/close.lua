-- GET on a new connection each time.
require "report"
wrk.headers["Connection"] = "close"
