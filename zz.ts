import { theContent, aCompiler } from './test/support/content.ts';
import { ElmReader } from './src/dictionary/elm.ts';
import { Tracer } from './src/dictionary/trace.ts';
const c = aCompiler();
const content = await theContent(c);
const reader = new ElmReader(content.program);
const t = new Tracer(reader);
const libs=[...content.program.elms.keys()];
console.time('x');
for (const l of libs) t.factsOf(l);
console.timeEnd('x');
for (const l of libs) for (const f of t.factsOf(l)) { console.log(`## ${l}.${f.define} — ${f.title}`); for (const r of f.representations) console.log('   ', r.isDraft?'draft':'', r.resourceType, r.valueSet?.slice(23), [...r.valueTypes].join(), '|', [...r.valueWords].join('; '), '|', [...r.heldTo].map(u=>u.slice(23)).join(), '|', [...r.elements].join(), '\n         ', [...r.conditions].join('\n          ')); }
await c.translator.close();
