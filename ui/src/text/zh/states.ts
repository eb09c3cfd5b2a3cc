import { named } from '../coded';
import { valued, type StateFields, type StateLists, type StateValues, type states as english } from '../en/states';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const lists: StateLists = { profiles: '配置', ports: '端口', subscriptions: '订阅', groups: '服务器组', rule_lists: '规则列表' };

const fields: StateFields = {
  name: '名称',
  server: '服务器',
  port: '端口',
  method: '加密方式',
  password: '密码',
  plugin: '插件',
  plugin_opts: '插件选项',
  plugin_approved: '允许插件运行',
  approved_plugins: '允许运行的插件',
  legacy_approved: '允许不安全的加密方式',
  one_time_auth: '一次性认证',
  notes: '备注',
  kind: '协议',
  target: '目标',
  profile: '配置',
  lan: '开放给局域网',
  user: '用户名',
  carries: '传输',
  subscription: '订阅',
  gone: '订阅中已没有',
  url: '订阅地址',
  interval_h: '更新间隔（小时）',
  paused: '已暂停',
  members: '成员',
  policy: '选择方式',
  fixed: '选定的成员',
  dwell_s: '切换前的最短时间（秒）',
  active: '使用中的配置',
  group: '使用中的服务器组',
  local_port: '本地端口',
  system_proxy: '系统代理',
  mode: '模式',
  local_direct: '本机和局域网直连',
  rules: '您的规则',
  pac_rules: '仅用于 PAC 的规则',
  on_close: '关闭窗口时',
  on_at_start: '启动时恢复开启',
  notify: '通知',
  log_level: '日志记录的内容',
  log_targets: '日志中记录连接的去向',
  language: '语言',
  theme: '外观',
  timeout_s: '超时时间',
  test_url: '测试时获取的网页',
  test_name_server: '测试用的 DNS 服务器',
  clock_url: '用来核对时间的网址',
  profiles: '配置的顺序',
  ports: '端口的顺序',
  subscriptions: '订阅的顺序',
  groups: '服务器组的顺序',
  rule_lists: '规则列表的顺序',
};

const values: StateValues = {
  system_proxy: { leave: '不更改', set: '全局', pac: 'PAC' },
  mode: { rules: '规则', global: '全局', direct: '直连' },
  on_close: { ask: '询问', background: '继续运行', quit: '退出' },
  on_at_start: { never: '从不', atLogin: '登录时', always: '始终' },
  language: { system: '跟随系统', en: 'English', zh: '简体中文', fa: 'فارسی', ru: 'Русский' },
  theme: { system: '跟随系统', light: '浅色', dark: '深色' },
  kind: { mixed: 'SOCKS、HTTP', tunnel: '隧道', dns: 'DNS' },
  carries: { both: 'TCP 和 UDP', tcp: '仅 TCP', udp: '仅 UDP' },
  policy: { fixed: '固定', fallback: '故障转移', fastest: '最快', random: '随机' },
};
const others: Record<string, string> = { true: '是', false: '否', '': '未命名' };

export const states = ({ count, clock, clockWithSeconds, when }: Figures): Area<typeof english> => ({
  title: '历史状态',
  lead: '每次改动之前的状态都会保留，最多十个。',
  none: '还没有。',
  list: '历史状态，最新的在前',
  until: (atMs, nowMs) => {
    const said = when(atMs, nowMs);
    return said === clock(atMs) ? clockWithSeconds(atMs) : `${said} ${clock(atMs)}`;
  },
  counts: (comes, goes, changes, settings) =>
    [
      comes && `将增加 ${count(comes)} 项`,
      goes && `将移除 ${count(goes)} 项`,
      changes && `将改动 ${count(changes)} 项`,
      settings && `${count(settings)} 项设置`,
    ]
      .filter(Boolean)
      .join('，') || '与现在相同',
  look: '查看',
  lookAt: (time) => `查看 ${time} 之前的状态`,
  lookTitle: (time) => `${time} 之前的状态`,
  goes: '将移除',
  comes: '将增加',
  changes: '将改动',
  unchanged: '不变',
  profiles: '只导入其中的配置…',
  settings: '设置',
  now: '现在：',
  then: '当时：',
  other: '不同的值',
  nothing: '无',
  nameless: '未命名',
  same: '与现在相同，无需恢复。',
  keeps: '现在的内容会留在“历史状态”里，直到再有十次改动。',
  goneTitle: '此状态已不存在',
  gone: '它已被更新的状态取代。',
  goBack: '恢复到此状态',
  entry: (list) => named(lists, list),
  field: (name) => named(fields, name),
  value: (field, value) => valued(values, others, field, value),
});
