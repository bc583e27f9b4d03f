-- GET with the fewest headers: Host only.
require "report"
