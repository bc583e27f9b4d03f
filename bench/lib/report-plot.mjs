/** The results as one SVG of bar charts, readable on light and on dark ground. */

const width = 960;
const columns = 2;
const gap = 24;
const labelWidth = 130;
const valueWidth = 56;
const rowHeight = 19;
const titleHeight = 34;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .quiet { fill: #59636e; }
  .bar { fill: #9aa7b5; } .ours { fill: #0f7b6c; } .base { stroke: #59636e; stroke-dasharray: 3 3; }
  .whisker { stroke: #1f2328; }
  .name-ours { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .quiet { fill: #9198a1; }
    .bar { fill: #59636e; } .ours { fill: #2fb8a2; } .base { stroke: #9198a1; } .whisker { stroke: #e6edf3; }
  }`;

const marks = { generator: "*", other: "?" };

const escape = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** One chart per workload: `{ title, note, rows: [{ server, ours, ratio }] }`. */
function charts({ load, startup, idle }) {
  const faster = load.map(({ title, rows }) => ({ title, note: "more is better", rows }));
  const lighter = [];
  if (startup !== undefined)
    lighter.push({ title: "start-up time", note: "less is better", rows: startup.rows });
  const base = idle?.rows.find(({ server }) => server === "node-http").bytesPerConnection.median;
  if (base > 0) {
    const rows = idle.rows.map((row) => ({ ...row, ratio: scale(row.bytesPerConnection, base) }));
    lighter.push({ title: "memory per idle connection", note: "less is better", rows });
  }
  return [...faster, ...lighter];
}

const scale = ({ median, min, max }, base) => ({ median: median / base, min: min / base, max: max / base });

/**
 * @param {object} results As `run.mjs` makes them.
 * @returns {string}
 */
export function toPlot(results) {
  const all = charts(results);
  const chartWidth = (width - gap * (columns + 1)) / columns;
  const bottoms = Array.from({ length: columns }, () => 56);
  const parts = [];
  for (const chart of all) {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const x = gap + column * (chartWidth + gap);
    parts.push(`<g transform="translate(${x} ${bottoms[column]})">${drawChart(chart, chartWidth)}</g>`);
    bottoms[column] += titleHeight + chart.rows.length * rowHeight + gap;
  }
  const height = Math.max(...bottoms);
  const heading = `Multiples of node:http on Node ${results.environment.node}, one core; line at 1, whiskers from lowest to highest round`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(heading)}">`,
    `<style>${style}</style>`,
    `<text x="${gap}" y="32">${escape(heading)}</text>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function drawChart({ title, note, rows }, chartWidth) {
  const room = chartWidth - labelWidth - valueWidth;
  const most = Math.max(1, ...rows.map(({ ratio }) => ratio.max));
  const at = (ratio) => Number((labelWidth + (Math.max(ratio, 0) / most) * room).toFixed(1));
  const bottom = titleHeight + rows.length * rowHeight;
  return [
    `<text class="title" x="0" y="16">${escape(title)}</text>`,
    `<text class="quiet" x="${chartWidth}" y="16" text-anchor="end">${note}</text>`,
    `<line class="base" x1="${at(1)}" x2="${at(1)}" y1="${titleHeight - 6}" y2="${bottom}"/>`,
    ...rows.map((row, index) => drawRow(row, titleHeight + index * rowHeight, at)),
  ].join("\n");
}

function drawRow({ server, ours, ratio, limit }, y, at) {
  const middle = y + rowHeight / 2;
  const value = `${ratio.median.toFixed(2)}${marks[limit] ?? ""}`;
  const barWidth = Number((at(ratio.median) - labelWidth).toFixed(1));
  const label = `x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end"`;
  return [
    `<text ${label}${ours ? ' class="name-ours"' : ""}>${escape(server)}</text>`,
    `<rect class="bar${ours ? " ours" : ""}" x="${labelWidth}" y="${y + 3}" width="${barWidth}" height="${rowHeight - 6}" rx="2"/>`,
    `<line class="whisker" x1="${at(ratio.min)}" x2="${at(ratio.max)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${at(ratio.max) + 6}" y="${middle + 4}">${value}</text>`,
  ].join("");
}
