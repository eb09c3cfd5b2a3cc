import type { Event } from '../../backend/bindings/Event';
import type { ByKind } from '../coded';
import type { frame as english } from '../en/frame';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export const events = ({ count }: Figures): ByKind<Event> => ({
  restoredBackup: ({ kept }) => `配置文件无法读取，现在使用它的备份。无法读取的文件保留为 ${kept}。`,
  startedEmpty: ({ kept }) => `配置文件无法读取，也没有备份，因此列表从空白开始。无法读取的文件保留为 ${kept}。`,
  profilesLeftOut: ({ count: n }) => `配置文件中有 ${count(n)} 个配置无法理解，没有显示，但仍原样留在文件里。`,
  newerFile: ({ path }) => `${path} 由更新版本的 Parasol 写入。在这里做的改动不会保存。`,
  heldByAnother: ({ path }) => `另一个 Parasol 正在使用 ${path}。在这里做的改动不会保存。`,
  notSaved: ({ cause }) => `上一次改动无法写入磁盘：${cause}。Parasol 退出后该改动会丢失。`,
  proxyRecovered: () => 'Parasol 上次意外退出。系统代理已恢复原状。',
  proxyChangedByAnother: () => '在此期间，其他程序改动了系统代理，它的设置已予保留。',
  trafficAnew: ({ kept, newer }) => `${newer ? '流量历史由更新版本的 Parasol 写入' : '流量历史无法读取'}，因此从头开始。原文件保留为 ${kept}。`,
  restored: () => '已回到该状态。之前的状态仍然保留。',
  wentOff: () => '使用中的配置已删除或改变，因此 Parasol 已关闭。要用现在选中的配置继续，请重新开启。',
  imported: ({ added, changed }) => {
    const news = `添加了 ${count(added)} 个配置。`;
    const others = `更新了 ${count(changed)} 个配置。`;
    if (changed === 0) return news;
    return added === 0 ? others : `${news}${others}`;
  },
});

export const frame = ({ count }: Figures): Area<typeof english> => ({
  name: 'Parasol',
  version: (version) => `Parasol ${version}`,
  notAsked: (cause) => `Parasol 没有响应：${cause}`,
  dismiss: '知道了',
  cancel: '取消',
  deleteIt: '删除',
  unsafe: '不安全',
  list: (parts) => parts.join('，'),
  nav: { label: '页面', home: '主页', profiles: '配置', connections: '连接', traffic: '流量', rules: '规则', log: '日志', settings: '设置' },
  foot: {
    flows: (n) => `${count(n)} 个连接`,
    since: (time, size) => `${time} 起 · ${size}`,
  },
  handed: {
    waiting: (n) => `其他程序传来了 ${count(n)} 个链接。`,
    show: '查看',
  },
  undo: { deleted: (name) => `已删除 ${name}。`, press: '撤销' },
  leave: {
    title: '保存改动吗？',
    text: '有改动尚未保存。',
    save: '保存',
    discard: '放弃',
    stay: '继续编辑',
  },
  ended: {
    title: 'Parasol 已停止',
    text: '内部出现了错误。在重新启动或退出之前，使用 Parasol 的程序可能无法上网。',
    again: '重新启动',
  },
  close: {
    title: '关闭窗口吗？',
    text: '此桌面不显示托盘图标。Parasol 可以在没有窗口的情况下继续运行，再次启动它即可重新打开窗口。',
    remember: '以后都这样做',
    keep: '继续运行',
    quit: '退出',
  },
});
