// A stand-in for the app's rules on targets: enough of the ACL format to show every answer that the window can get.
import type { Explained } from '../bindings/Explained';
import type { RouteCode } from '../bindings/RouteCode';
import type { RoutingView } from '../bindings/RoutingView';
import type { RuleRefused } from '../bindings/RuleRefused';

interface Rule {
  line: number;
  list: string;
  text: string;
}

const lists: Record<string, RouteCode> = { outbound_block_list: 'block', proxy_list: 'proxy', bypass_list: 'direct' };
const defaults = ['proxy_all', 'bypass_all'];

/** The rules of a text, and the lines that are none. */
export function readAcl(text: string): { rules: Rule[]; refused: RuleRefused[] } {
  const rules: Rule[] = [];
  const refused: RuleRefused[] = [];
  let list: string | undefined = 'bypass_list';
  text.split('\n').forEach((raw, i) => {
    const line = i + 1;
    const rule = raw.replace(/#.*/, '').trim();
    if (raw.startsWith('#IMPORT_URL')) refused.push({ line, text: raw, reason: { code: 'import' } });
    else if (rule === '') return;
    else if (/^\[.*\]$/.test(rule)) {
      const name = rule.slice(1, -1);
      list = Object.hasOwn(lists, name) ? name : undefined;
      if (!list && !defaults.includes(name)) refused.push({ line, text: rule, reason: { code: 'unknownSection' } });
    } else if (/^[\d.]+\/(3[3-9]|[4-9]\d)$/.test(rule)) refused.push({ line, text: rule, reason: { code: 'badNetwork' } });
    else if (!matcher(rule)) refused.push({ line, text: rule, reason: { code: 'badPattern', cause: 'it cannot be read' } });
    else if (list) rules.push({ line, list, text: rule });
  });
  return { rules, refused };
}

/** The same for the script (PAC) alone, which cannot block. */
export function readPacAcl(text: string): ReturnType<typeof readAcl> {
  const { rules, refused } = readAcl(text);
  const blocks = (rule: Rule) => rule.list === 'outbound_block_list';
  const cannot = rules.filter(blocks).map(({ line, text }): RuleRefused => ({ line, text, reason: { code: 'pacBlocks' } }));
  return { rules: rules.filter((rule) => !blocks(rule)), refused: [...refused, ...cannot].sort((a, b) => a.line - b.line) };
}

function matcher(rule: string): ((host: string) => boolean) | undefined {
  if (rule.startsWith('||')) return (host) => host === rule.slice(2) || host.endsWith(rule.slice(1).replace('|', '.'));
  if (rule.startsWith('|')) return (host) => host === rule.slice(1);
  if (/^[\d.]+(\/\d+)?$/.test(rule)) {
    const bytes = Math.floor(Number(rule.split('/')[1] ?? 32) / 8);
    const start = rule.split('/')[0]!.split('.').slice(0, bytes).join('.');
    return (host) => host === start || host.startsWith(`${start}.`);
  }
  try {
    const pattern = new RegExp(rule, 'i');
    return (host) => pattern.test(host);
  } catch {
    return undefined;
  }
}

const isLocal = (host: string) => /^(127|10|192\.168)\.|^::1$|^[^.:]+$|\.local$/.test(host);

/** Which way a host goes. */
export function explain(typed: string, { mode, localDirect }: RoutingView, rules: Rule[]): Explained | null {
  const host = typed.trim().toLowerCase().replace(/^\w+:\/\//, '').replace(/[/?#].*/, '').replace(/(?<=\w):\d+$/, '');
  if (!/^[\p{L}\p{N}.:-]+$/u.test(host)) return null;
  if (mode === 'direct') return { host, route: 'direct', cause: { kind: 'mode' } };
  const found =
    mode === 'rules' &&
    Object.keys(lists)
      .flatMap((list) => rules.filter((rule) => rule.list === list))
      .find((rule) => matcher(rule.text)?.(host));
  if (found) return { host, route: lists[found.list]!, cause: { kind: 'rule', from: null, hits: 0, ...found } };
  if (localDirect && isLocal(host)) return { host, route: 'direct', cause: { kind: 'local' } };
  return { host, route: 'proxy', cause: mode === 'rules' ? { kind: 'default', from: null } : { kind: 'mode' } };
}
