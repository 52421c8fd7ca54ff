/** The page of a passport: one file, no scripts, nothing from elsewhere. */
import type { Language } from '../../../shared/domain/language.ts';
import type { PassportFacts } from './collect.ts';
import { html } from './html.ts';
import {
  dataSection,
  errorsSection,
  figuresSection,
  hashesSection,
  headline,
  limitsSection,
  machineSection,
  settingsSection,
  trainingSection,
} from './sections.ts';
import { passportTexts } from './texts.ts';

const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2226; --quiet: #5d6a72; --line: #d9dfe3; --accent: #0b6b6b; --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --paper: #15191c; --ink: #e6eaec; --quiet: #9aa7ae; --line: #333c42; --accent: #5cc4c0; --warn: #f0b35e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 800px; margin: 0 auto; padding: 48px 24px 80px; }
header { padding-bottom: 24px; border-bottom: 2px solid var(--ink); }
.kind { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
h1 { margin: 4px 0 12px; font-size: 30px; line-height: 1.2; }
.lead { margin: 0; font-size: 20px; } .lead small, .made { color: var(--quiet); font-size: 14px; }
.made { margin: 8px 0 0; }
section { margin-top: 36px; } h2 { margin: 0 0 12px; font-size: 20px; } h3 { margin: 20px 0 8px; font-size: 15px; }
p { margin: 12px 0 0; } ul { margin: 0; padding-left: 20px; } li { margin: 4px 0; }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); text-align: right; overflow-wrap: normal; }
th:first-child { text-align: left; font-weight: 500; overflow-wrap: anywhere; } thead th { color: var(--quiet); font-size: 13px; font-weight: 600; }
dl { margin: 0; } dl div { display: grid; grid-template-columns: minmax(120px, 220px) 1fr; gap: 16px; padding: 5px 0; border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); } dd { margin: 0; }
pre { margin: 12px 0 0; padding: 12px; border: 1px solid var(--line); border-radius: 6px; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 16px; } summary { color: var(--accent); cursor: pointer; }
svg { width: 100%; height: auto; } polyline { fill: none; stroke-width: 2.5; } .axis { stroke: var(--line); }
polyline.loss { stroke: var(--quiet); stroke-dasharray: 6 4; } polyline.accuracy { stroke: var(--accent); }
.key { display: flex; flex-wrap: wrap; gap: 4px 24px; color: var(--quiet); font-size: 13px; } .key .accuracy { color: var(--accent); }
.key .loss::before { content: "- - "; } .key .accuracy::before { content: "— "; }
.warning { color: var(--warn); }
@media print { main { padding: 0; } details > summary { display: none; } section { break-inside: avoid; } }
`;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole file. */
export function passportPage(facts: PassportFacts, language: Language): string {
  const t = passportTexts[language];
  const { data, evaluations, madeAt } = facts;
  const best = headline(evaluations);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lead =
    best === null
      ? html`${t.noFigure}`
      : html`${t.lead(percent(best.accuracy), `${best.total} ${t.sides[best.side]}`)} <small>(${percent(best.interval[0])} – ${percent(best.interval[1])}, ${t.interval})</small>`;
  const sections = [
    ...[figuresSection, errorsSection, limitsSection, dataSection, settingsSection, trainingSection],
    ...[machineSection, hashesSection],
  ].map((write) => write(facts, t));
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="referrer" content="no-referrer">
<title>${t.title}: ${data.name}</title><style>${{ markup: STYLE }}</style></head>
<body><main><header><p class="kind">${t.title}</p><h1>${data.name}</h1><p class="lead">${lead}</p>
<p class="made">${data.classes.join(' · ')}</p><p class="made">${t.made(madeAt.slice(0, 10), data.thawVersion)} · ${t.photosNot}</p></header>
${sections}</main></body></html>
`.markup;
}
