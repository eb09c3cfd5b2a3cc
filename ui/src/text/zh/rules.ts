import type { RouteCode } from '../../backend/bindings/RouteCode';
import type { RoutingMode } from '../../backend/bindings/RoutingMode';
import type { RuleFault } from '../../backend/bindings/RuleFault';
import type { ByCode } from '../coded';
import type { rules as english } from '../en/rules';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export const ruleFaults: ByCode<RuleFault> = {
  unknownSection: () => '不认识此标题，它下面的规则也不会生效',
  badNetwork: () => '不是网段，应写成 10.0.0.0/8 或 2001:db8::/32 的形式',
  badName: () => '不是主机名',
  badPattern: ({ cause }) => `不是可用的正则表达式：${cause}`,
  patternTooBig: () => '此正则表达式太大',
  tooManyPatterns: () => '正则表达式太多；域名最好写成 |name 或 ||name',
  notAscii: () => '含有域名在网络传输中不会出现的字符',
  tooLong: () => '此行太长',
  import: () => '不会获取其他列表，请把其中的规则粘贴到这里',
  pacBlocks: () => '脚本无法拦截，请把它放到您的规则里',
  pacPattern: () => '这个正则表达式不能交给程序使用，请把它放到您的规则里',
};

const modes: Record<RoutingMode, string> = { rules: '规则', global: '全局', direct: '直连' };

const routes: Record<RouteCode, string> = { proxy: '经过服务器', direct: '直连', block: '被拦截' };

export const rules = ({ count }: Figures): Area<typeof english> => ({
  mode: {
    label: '模式',
    names: modes,
    notRules: { rules: '', global: '全部经过服务器', direct: '全部直连' },
    about: {
      rules: '由下面的规则决定哪些经过服务器，哪些直连，哪些拦截。',
      global: '所有流量都经过服务器。下面的规则会保留，但不生效。',
      direct: '没有流量经过服务器，对方看到的是本机自己的地址。',
    },
  },
  rules: {
    title: '规则',
    local: '本机和局域网地址直连',
    localHint: '服务器无法访问这些地址。下面的规则如果提到它们，以规则为准。',
    localIdle: '在此模式下，所有流量都直连。',
    which: '这个主机适用哪条规则？',
    whichHint: '域名、IP 地址或网页地址。按当前生效的规则回答。',
    noHost: '这不是主机名，也不是 IP 地址。',
    answer: (host, route) => `${host} ${routes[route]}`,
    why: {
      rule: ({ from, hits, line, list, text }) =>
        `依据${from === null ? '您的规则' : ` ${from} `}第 ${line} 行，位于 [${list}]：${text}${hits ? `（迄今已决定 ${count(hits)} 次）` : ''}`,
      default: ({ from }) => (from === null ? '因为没有规则提到它' : `因为没有规则提到它，而 ${from} 对其余目标如此规定`),
      local: () => '因为它在本机或局域网内，且没有规则提到它',
      mode: () => '由当前模式决定',
    },
    own: '您的规则',
    pac: '仅用于 PAC',
    other: { own: '返回您的规则', pac: '仅用于 PAC 的规则' },
    pacNone: (hint) => `还没有规则：脚本（PAC）按您的规则行事。${hint}`,
    pacHint: '用于系统代理选 PAC 时程序读取的脚本（PAC）。在“规则”模式下，它们在脚本里先于您的规则：[bypass_list] 中的域名和网段不经过 Parasol 直接连接，[proxy_list] 中的经过 Parasol。',
    inForce: (n) => `${count(n)} 条生效`,
    reading: '正在读取…',
    none: (hint) => `还没有规则：没有规则提到的都经过服务器。${hint}`,
    field: 'ACL 格式的规则',
    hint: 'Shadowsocks 的 ACL 格式：先写标题，例如 [proxy_list]、[bypass_list] 或 [outbound_block_list]，下面每行写一个域名（||example.com 包含其所有子域名）、网段（10.0.0.0/8）或正则表达式。',
    file: '打开文件…',
    save: '保存',
    discard: '放弃改动',
    would: (n) => `保存后 ${count(n)} 条`,
    refused: (n) => `${count(n)} 行不生效`,
    refusedList: '不生效的行',
    line: (n) => `第 ${n} 行`,
    more: (n) => `还有 ${count(n)} 行。`,
    tooLong: (size) => `超过了 ${size}，Parasol 无法接受。`,
    unreadable: (cause) => `无法读取文件：${cause}`,
  },
});
