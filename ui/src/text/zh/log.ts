import type { LogLevel } from '../../backend/bindings/LogLevel';
import type { log as english } from '../en/log';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const levels: Record<LogLevel, string> = { error: '错误', warn: '警告', info: '信息', debug: '详细' };
const show: Record<LogLevel, string> = { error: '错误', warn: '警告', info: '信息', debug: '全部' };
const noted: Record<LogLevel, string> = { error: '仅错误', warn: '警告和错误', info: '发生的事情（通常）', debug: '所有细节' };

export const log = ({ count }: Figures): Area<typeof english> => ({
  title: '日志',
  list: '日志内容',
  keys: '方向键选择，Ctrl+A 全选，Ctrl+C 复制。',
  levels: levels,
  showLabel: '显示',
  show: show,
  search: '搜索',
  searchHint: '行中的文字',
  counted: (shown, all) => (shown === all ? `${count(all)} 行` : `${count(shown)} / ${count(all)} 行`),
  selected: (n) => `已选择 ${count(n)} 行`,
  follow: '跟随',
  copy: '复制',
  save: '保存…',
  clear: '清空',
  clearHint: '清除所有行，包括文件里的',
  cleared: '已清空，包括文件。',
  none: '还没有内容。',
  noMatch: (n) => (n === 1 ? '唯一的一行不符合条件。' : `${count(n)} 行都不符合条件。`),
  noted: {
    title: '记录的内容',
    level: '记录',
    levels: noted,
    targets: '也记录连接的去向',
    targetsOff: '日志里没有程序所连接的网站或主机的名称。',
    targetsOn: '每个连接都会在日志里留下一行，并写明去向。看到日志的人都能看到。磁盘上的文件始终不含这些名称。',
    file: (path) => `保存在 ${path}，最多 4 MB，只有您能读取。`,
    fault: (cause) => `日志无法写入磁盘：${cause}。目前保存在内存里。`,
  },
});
