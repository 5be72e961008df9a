export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #111417); --card: light-dark(#fff, #1a1e23); --line: light-dark(#e1e4e8, #2c3238);
  --ink: light-dark(#1c2127, #e7eaee); --quiet: light-dark(#59636e, #98a2ad);
  --good: light-dark(#1a7f4b, #4cc38a); --warning: light-dark(#8f5a00, #e9b04d); --bad: light-dark(#c4302b, #ff7b72);
  --busy: light-dark(#1f5fbf, #79b0ff); --neutral: light-dark(#59636e, #98a2ad);
  --good-mark: light-dark(#3aa76d, #3f9f72);
  --warning-mark: light-dark(#e0a126, #d49a32);
  --bad-mark: light-dark(#d9463f, #f0625a);
  --neutral-mark: light-dark(#aeb6bf, #5c666f);
  --rented-mark: light-dark(#9b6bd3, #a583d6);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 20px; } h1 span { font-weight: 400; }
h2 { font-size: 13px; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); margin: 28px 0 10px; }
h2 small { font-size: 13px; font-weight: 400; text-transform: none; letter-spacing: 0; }
h3 { font-size: 15px; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.top { border-bottom: 1px solid var(--line); background: var(--card); }
.top > div, main { max-width: 1120px; margin: 0 auto; padding: 14px 20px; }
.top > div { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 16px; }
main { padding-bottom: 48px; }
.quiet, .nothing { color: var(--quiet); }
.quiet { font-size: 13px; }
.alarm { color: var(--bad); }
.problem { color: var(--bad); }
.stale #updated::after { content: " \\2014  the adapter does not answer now"; color: var(--bad); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.calm {
  margin-top: 8px;
  padding: 12px 16px;
  border-radius: 10px;
  border: 1px solid var(--line);
  background: var(--card);
  color: var(--good);
  font-weight: 600;
}
.concerns { display: grid; gap: 10px; }
.concerns li {
  background: var(--card);
  border: 1px solid var(--line);
  border-left: 5px solid var(--warning-mark);
  border-radius: 10px;
  padding: 12px 16px;
}
.concerns li.error { border-left-color: var(--bad-mark); }
.concerns li.error h3 { color: var(--bad); }
.concerns li.warning h3 { color: var(--warning); }
.command {
  display: block;
  width: fit-content;
  max-width: 100%;
  margin-top: 8px;
  padding: 5px 10px;
  border-radius: 6px;
  background: var(--ground);
  border: 1px solid var(--line);
  user-select: all;
}
.command::before { content: "$ "; color: var(--quiet); user-select: none; }
.pill {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  padding: 1px 9px 1px 7px;
  border: 1px solid;
  border-radius: 99px;
  font-size: 13px;
  font-weight: 600;
  white-space: nowrap;
}
.pill::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentcolor; }
.pill.good { color: var(--good); }
.pill.warning { color: var(--warning); }
.pill.bad { color: var(--bad); }
.pill.busy { color: var(--busy); }
.pill.neutral { color: var(--neutral); }
.pill.bad::before { border-radius: 1px; }
.pill.warning::before { border-radius: 1px; transform: rotate(45deg) scale(.9); }
.pill.neutral::before { background: none; border: 2px solid; }
.job { margin-bottom: 12px; } .job.late { border-color: var(--bad-mark); }
.job > header, .title { display: flex; justify-content: space-between; align-items: flex-start; gap: 12px; }
.title { flex-wrap: wrap; } .title h3 { overflow-wrap: break-word; }
.job h3 { font-size: 17px; } .state { display: flex; gap: 6px; flex-wrap: wrap; justify-content: flex-end; }
.facts { display: grid; grid-template-columns: 2fr 1fr 1.2fr; gap: 12px 24px; margin: 12px 0; }
dt { font-size: 12px; color: var(--quiet); }
.trend svg { display: block; width: 100%; max-width: 220px; height: 24px; }
.trend .line { fill: none; stroke: var(--busy); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.trend .area { fill: var(--busy); opacity: .12; }
.trend figcaption { font-size: 13px; color: var(--quiet); }
.timeline { display: block; width: 100%; height: 34px; border-bottom: 1px solid var(--line); }
.timeline .grid { stroke: var(--line); vector-effect: non-scaling-stroke; }
.timeline .present { stroke: var(--busy); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.mark.succeeded { fill: var(--good-mark); }
.mark.partial { fill: var(--warning-mark); }
.mark.failed { fill: var(--bad-mark); }
.mark.skipped { fill: var(--neutral-mark); }
.mark.running { fill: var(--busy); }
.days { display: grid; grid-template-columns: repeat(7, 1fr); font-size: 12px; color: var(--quiet); }
.days li { padding-left: 3px; white-space: nowrap; overflow: hidden; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; font-size: 13px; color: var(--quiet); }
.legend i { width: 8px; margin-left: 10px; background: var(--good-mark); height: 12px; }
.legend i.partial { background: var(--warning-mark); height: 15px; }
.legend i.failed { background: var(--bad-mark); height: 18px; }
.legend i.skipped { background: var(--neutral-mark); height: 5px; }
.legend i:first-child { margin-left: 0; }
.progress { margin: 12px 0; }
progress, meter { width: 100%; height: 10px; accent-color: var(--busy); }
.progress p { font-size: 14px; }
details { margin-top: 10px; } summary { cursor: pointer; color: var(--busy); font-size: 14px; width: fit-content; }
.scroll { overflow-x: auto; margin-top: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; white-space: nowrap; font-size: 12px; font-weight: 400; color: var(--quiet); }
th, td { padding: 5px 12px 5px 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
td:last-child { white-space: normal; min-width: 220px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 12px; }
.cards .card > * + * { margin-top: 4px; }
.reasons li { padding-left: 14px; position: relative; font-size: 14px; }
.reasons li::before { content: "\\2022"; position: absolute; left: 2px; color: var(--quiet); }
.pair { display: grid; grid-template-columns: 1fr 2fr; gap: 0 20px; } .pair .card { height: calc(100% - 56px); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px 24px; }
.figures dd:nth-of-type(1) { font-size: 20px; font-weight: 600; }
#host h3 { margin-top: 14px; font-size: 14px; }
:focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; }
a { color: var(--busy); text-underline-offset: 2px; }
td a, h3 a { text-decoration-thickness: 1px; }
h3 a { color: inherit; text-decoration-color: var(--neutral-mark); }
.top nav { flex-basis: 100%; font-size: 14px; margin-bottom: -6px; }
.top h1 { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
main > .card:first-child, .notice + .card { margin-top: 8px; }
.lead { font-size: 16px; font-weight: 600; }
.notice { margin-top: 8px; padding: 10px 16px; border-radius: 10px; border: 1px solid var(--good); color: var(--good); }
.card > p + p { margin-top: 6px; } .card > .scroll:first-child { margin-top: 0; }
.facts.even { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
button {
  font: 600 14px/1.4 inherit;
  font-family: inherit;
  padding: 6px 14px;
  border-radius: 8px;
  border: 1px solid var(--line);
  background: var(--ground);
  color: var(--busy);
  cursor: pointer;
}
button:hover { border-color: var(--busy); }
button.grave { background: var(--bad); border-color: var(--bad); color: var(--card); }
.foot { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: 0 12px; }
.foot details { flex: 1 1 160px; min-width: 0; } .foot details[open] { flex-basis: 100%; }
.search { display: flex; gap: 8px; margin: 10px 0; max-width: 520px; }
.search input {
  flex: 1;
  min-width: 0;
  font: inherit;
  padding: 6px 10px;
  border-radius: 8px;
  border: 1px solid var(--neutral);
  background: var(--card);
  color: inherit;
}
.pages { display: flex; gap: 14px; margin-top: 12px; font-size: 14px; }
.more { margin-top: 10px; font-size: 14px; }
.brief { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
td .brief, td .references { white-space: normal; min-width: 160px; }
.references { font-size: 14px; max-height: 9em; overflow-y: auto; overflow-wrap: anywhere; }
td .references { display: block; }
.log li, pre { font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.log { margin-top: 0; max-height: 70vh; overflow-y: auto; } .log li { white-space: pre-wrap; }
.log .quiet { font-size: inherit; }
.log .warn { color: var(--warning); } .log .error, .log .fatal { color: var(--bad); }
pre { margin: 0; white-space: pre; overflow-wrap: normal; }
.chart svg { display: block; width: 100%; height: 110px; border-bottom: 1px solid var(--line); }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 8px; font-size: 14px; }
.chart i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.listings.active { fill: var(--good-mark); } i.active { background: var(--good-mark); }
.listings.reserved { fill: var(--warning-mark); } i.reserved { background: var(--warning-mark); }
.listings.sold { fill: var(--busy); } i.sold { background: var(--busy); }
.listings.rented { fill: var(--rented-mark); } i.rented { background: var(--rented-mark); }
.listings.withdrawn { fill: var(--neutral-mark); } i.withdrawn { background: var(--neutral-mark); }
.listings.other { fill: var(--bad-mark); } i.other { background: var(--bad-mark); }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 8px; padding: 8px 12px; }
fieldset label { display: block; }
@media (max-width: 720px) {
  .top > div, main { padding-left: 14px; padding-right: 14px; }
  .facts { grid-template-columns: 1fr 1fr; }
  .facts .wide { grid-column: 1 / -1; }
  .pair { grid-template-columns: 1fr; }
  .pair .card { height: auto; }
  .days { font-size: 11px; }
}
`;
