/** What Linux knows about a process: CPU time and memory, from /proc. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** The fields after the command name, which is the only one that may hold spaces. */
function statFields(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  return text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

/** Seconds of CPU, user and system, that a process and its threads have used. */
export function cpuSeconds(pid) {
  const fields = statFields(pid);
  return (fields[11] + fields[12]) / ticksPerSecond;
}

/** Seconds of CPU, user and system, of this process's children that have ended. */
export function endedChildrenCpuSeconds() {
  const fields = statFields("self");
  return (fields[13] + fields[14]) / ticksPerSecond;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid) {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(line[1]) * 1024;
}
