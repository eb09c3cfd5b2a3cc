import type { Action } from '../../backend/bindings/Action';
import type { Protocol } from '../../backend/bindings/Protocol';
import type { ByKind } from '../coded';
import type { home as english } from '../en/home';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const families: Record<Protocol, string> = { socks5: 'SOCKS', socks4: 'SOCKS', http: 'HTTP', tunnel: '隧道', dns: 'DNS' };
const spoken = (protocols: readonly Protocol[]) =>
  [...new Set(protocols.map((protocol) => families[protocol]))].join('、');

const actions: ByKind<Action> = {
  usePort: ({ port }) => `改用 ${port}`,
  editPort: () => '编辑端口',
  tryAgain: () => '重试',
  takeProxyBack: () => '重新设置',
  leaveProxy: () => '不再更改',
  giveProxyBack: () => '恢复原状',
  unlockSecrets: () => '解锁',
  addProfile: () => '添加配置',
  editProfile: () => '编辑配置',
  approvePlugin: () => '允许并启动',
  approveLegacy: () => '仍然使用',
  setClock: () => '打开时钟设置',
  editProbe: () => '更换要获取的网页',
};

export const home = ({ count }: Figures): Area<typeof english> => ({
  state: {
    switch: '代理开关',
    off: '已关闭',
    starting: '正在开启…',
    on: '已开启',
    stopping: '正在关闭…',
    failed: '无法开启',
    noProfile: '未选择配置',
  },
  actions,
  verdictHelp: { testServer: '测试此服务器', showPorts: '查看端口', showTimeouts: '查看超时时间' },
  proxy: {
    label: '系统代理',
    leave: '不更改',
    set: '全局',
    pac: 'PAC',
    about: {
      leave: 'Parasol 不改动它。请在各个程序里自行设置代理。',
      set: '开启时，使用系统代理的程序除访问本机外，一律经过 Parasol。',
      pac: '开启时，使用系统代理的程序会读取 Parasol 的脚本：按您的规则应直连的，程序不经过 Parasol 直接连接，其余的经过 Parasol。读不了脚本的程序一律直连。',
    },
    pacRules: (n) => (n ? `您有 ${count(n)} 条规则仅用于脚本。` : '脚本可以有单独的规则。'),
    toRules: '规则',
  },
  path: {
    label: '路径',
    apps: '应用',
    appsSet: '已设代理',
    appsNotSet: '未设代理',
    appsLeft: '需在应用中设置',
    internet: '互联网',
    builtin: '在本程序内',
    unsafe: '加密方式不安全',
    spoken,
    listening: '监听中',
    notListening: '未监听',
  },
  traffic: {
    title: '流量',
    span: '最近 2 分钟',
    down: '下载',
    up: '上传',
    time: '时间',
    past: '最近 30 天',
    asTable: '表格',
    asChart: '图表',
    each: '每 10 秒的平均值，最新的在前',
    chart: (down, up) => `最近 2 分钟的图表。当前下载 ${down}，上传 ${up}。`,
    none: '还没有数据。',
  },
  ports: {
    title: '端口',
    port: '端口',
    down: '下载',
    up: '上传',
    flows: '连接',
    open: (port, n) => `${count(n)}，端口 ${port} 的连接`,
    through: (protocols, profile) => `${spoken(protocols)} → ${profile}`,
    none: (address) => `没有打开的端口。开启后，程序可以连接 ${address}。`,
    stay: (port) => `仍用 ${port}`,
    change: '更换端口',
    newPort: '新端口',
    save: '更换',
  },
  timedOut: {
    title: '超时与失败',
    today: (n) => `今天 ${count(n)} 次`,
    none: '没有失败的连接。',
    off: '开启后，失败的连接会连同原因列在这里。',
    noTarget: '尚未给出目标',
    times: (n) => `${count(n)} 次`,
    at: (stage, idle) => `${stage}，${idle}`,
    bytes: (up, down) => `↑ ${up} ↓ ${down}`,
    all: (n) => `显示全部 ${count(n)} 项`,
    open: (target) => `到 ${target} 的连接`,
  },
});
