import type { EndedHow } from '../../backend/bindings/EndedHow';
import type { PartKind } from '../../connections/timeline';
import type { Key } from '../../connections/view';
import type { connections as english } from '../en/connections';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const columns: Record<Key, string> = {
  target: '目标',
  client: '来源',
  way: '经由',
  state: '状态',
  started: '时间',
  up: '上传',
  down: '下载',
  rate: '速度',
};

const parts: Record<PartKind, string> = {
  handshake: '请求',
  resolve: '域名解析',
  connect: '连接',
  firstUp: '等待程序的首字节',
  firstDown: '等待返回的首字节',
  stream: '传输',
  associate: 'UDP',
  idle: '空闲',
};

type Ending = Exclude<EndedHow['code'], 'givenUp'>;

const ended: Record<Ending, (server: boolean) => string> = {
  clientDone: () => '程序已结束',
  farDone: (server) => (server ? '服务器已结束' : '目标已结束'),
  farLost: (server) => (server ? '与服务器断开' : '与目标断开'),
  closed: () => '由您关闭',
  stranded: () => '网络已变化',
};

const endedBecause: Record<Ending, string> = {
  clientDone: '程序已完成，或直接离开了。',
  farDone: '对方先结束，通常是因为内容已全部发完。',
  farLost: '收到过数据之后连接中断：网络断开，或对方突然结束了连接。',
  closed: '您关闭了它，或 Parasol 已被关闭。',
  stranded: '它所用的网络已断开，或在网络变化、电脑休眠之后对方不再应答。程序会重新连接。',
};

export const connections = ({ count }: Figures): Area<typeof english> => ({
  title: '连接',
  list: '连接',
  columns,
  sortBy: (column) => `按${column}排序`,
  actions: '操作',
  counted: (open, closed) => `活动 ${count(open)} · 已关闭 ${count(closed)}`,
  shown: (n) => `显示 ${count(n)} 个`,
  left: (n) => `另有 ${count(n)} 个未列出`,
  pause: '暂停',
  resume: '继续',
  pausedAt: (time) => `已暂停于 ${time}`,
  program: (name, pid, address) => `${name}（pid ${pid}），${address}`,
  noTarget: '尚未给出目标',
  direct: '直连',
  block: '被拦截',
  ended,
  endedBecause,
  ruledOut: '您的一条规则拦截了此目标。',
  filter: {
    text: '筛选',
    textHint: '目标、来源、规则…',
    state: '显示哪些',
    states: { all: '全部', open: '活动', closed: '已关闭' },
    port: '端口',
    anyPort: '所有端口',
    way: '经由',
    anyWay: '所有服务器',
    ended: '结束方式',
    anyEnd: '任何结束方式',
    givenUp: '超时与失败',
    clear: '显示全部',
    between: (from, to) => `${from} – ${to}`,
    anyTime: '任何时间',
  },
  off: 'Parasol 已关闭。开启后，所有连接都会列在这里。',
  none: (address) => `还没有连接。程序请连接到 ${address}。`,
  noMatch: (n) => (n === 1 ? '唯一的连接不符合条件。' : `${count(n)} 个连接都不符合条件。`),
  close: '关闭',
  closeThis: '关闭此连接',
  closeOne: (target) => `关闭 ${target}`,
  closeShown: (n) => `关闭所显示的 ${count(n)} 个`,
  closeTitle: (n) => `关闭 ${count(n)} 个连接吗？`,
  closeText: '正在进行的传输会中断。程序可能会立即重新连接。',
  selected: (n) => `已选择 ${count(n)} 个`,
  copyTargets: () => '复制目标',
  copyRows: () => '复制所选行',
  details: '时间线',
  keys: '方向键选择，Enter 显示时间线，Delete 关闭，Ctrl+A 全选，Ctrl+C 复制。',
  export: {
    open: '导出…',
    title: (n) => `导出 ${count(n)} 个连接`,
    text: '按现在显示的样子导出：其中有目标和来源，没有传输的内容。',
    as: '导出格式',
    formats: { csv: 'CSV', json: 'JSON' },
    copy: '复制',
    save: '保存为文件…',
    done: '关闭',
  },
  timeline: {
    parts,
    opening: '首字节之前',
    life: '全程',
    opened: '首字节',
    part: '阶段',
    after: '开始于',
    took: '用时',
    total: '合计',
    bar: (said) => `条形图：${said}`,
    each: (part, took) => `${part} ${took}`,
    client: '来源',
    program: (name, pid) => `${name}（pid ${pid}）`,
    port: '端口',
    way: '经由',
    rule: '规则',
    noRule: '无',
    started: '开始',
    end: '结束',
    open: '仍在进行',
    moved: '流量',
    bytes: (up, down) => `↑ ${up} ↓ ${down}`,
    done: '完成',
  },
});
