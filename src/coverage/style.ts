/**
 * The look of the coverage pages. Colour never stands alone: what lacks something is
 * also underlined, each line carries a sign, and the list below says it in words.
 */
export const STYLE = `
:root { color-scheme: light dark; --text: #1c1c1c; --page: #fff; --soft: #595959; --rule: #d0d0d0;
  --whole: #dff3e0; --partly: #fff0b8; --never: #ffd9d5; --mark: #8a1f11; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --text: #ececec; --page: #181818; --soft: #b0b0b0;
  --rule: #444; --whole: #17391d; --partly: #4d3f05; --never: #5c1d17; --mark: #ffb4a8; --link: #8ec5ff; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  margin: 0 auto; padding: 1rem 1.5rem 4rem; max-width: 80rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .75rem .25rem 0;
  border-bottom: 1px solid var(--rule); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td code { overflow-wrap: anywhere; }
.code { overflow-x: auto; border: 1px solid var(--rule); padding: .5rem 0; }
pre { margin: 0; font: 13px/1.55 ui-monospace, Menlo, Consolas, monospace; tab-size: 2; width: max-content; min-width: 100%; }
.line { display: block; padding-right: 1rem; } .line:target { outline: 2px solid var(--link); }
.no { display: inline-block; width: 4em; text-align: right; color: var(--soft); text-decoration: none;
  user-select: none; }
.sign { display: inline-block; width: 2em; text-align: center; color: var(--mark); font-weight: bold;
  user-select: none; }
.whole { background: var(--whole); }
.partly { background: var(--partly); text-decoration: underline dotted var(--mark); }
.never { background: var(--never); text-decoration: underline wavy var(--mark); }
.legend span { padding: 0 .35em; margin-right: 1em; }
meter { width: 10rem; }
`;
