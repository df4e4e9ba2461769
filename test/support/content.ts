import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { Content } from '../../src/content/content.ts';
import type { Compiler } from '../../src/content/cql-libraries.ts';
import { formatFault } from '../../src/content/fault.ts';
import { loadContent } from '../../src/content/load.ts';
import { compileCql, type CompileCql, type CompileTools } from '../../src/translate/compile.ts';
import { ElmCache } from '../../src/translate/elm-cache.ts';
import { CqlTranslatorProcess } from '../../src/translate/translator-process.ts';
import { readModelInfo } from '../../src/engine/model-info.ts';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The compiler that the product uses, with its cache. */
export function aCompiler(): Compiler & CompileTools {
  const tools = {
    translator: new CqlTranslatorProcess(),
    cache: new ElmCache(join(ROOT, 'node_modules', '.cache', 'nerveroot')),
  };
  const compile: CompileCql = (sources, modelXml) => compileCql(sources, modelXml, tools);
  return { model: readModelInfo(), compile, ...tools };
}

/** The project's own content; fails naming every fault when it is broken. */
export async function theContent(compiler: Compiler = aCompiler()): Promise<Content> {
  const { content, faults } = await loadContent(ROOT, compiler);
  if (!content) throw new Error(faults.map(formatFault).join('\n'));
  return content;
}
