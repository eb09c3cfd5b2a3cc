import type { TrafficRange } from '../../backend/bindings/TrafficRange';
import type { Split } from '../../traffic/shape';
import type { past as english } from '../en/past';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const ranges: Record<TrafficRange, string> = { minutes: '2 分钟', hour: '1 小时', day: '24 小时', month: '30 天' };
const spans: Record<TrafficRange, string> = { minutes: '最近 2 分钟', hour: '最近 1 小时', day: '最近 24 小时', month: '最近 30 天' };
const splits: Record<Split, string> = { all: '全部', ports: '端口', profiles: '配置' };

export const past = ({ count, rate, size, span }: Figures): Area<typeof english> => ({
  title: '流量',
  range: '时间范围',
  ranges,
  spans,
  split: '划分方式',
  splits,
  total: '合计',
  today: '今天',
  month: '本月',
  sums: '传输量',
  rest: '其余',
  noName: '未命名',
  gone: '已删除',
  perStep: (bytes, stepMs) => (stepMs === 1000 ? rate(bytes) : `${size(bytes)} / ${span(stepMs)}`),
  chart: (time, down, up) => `${time}的流量：下载 ${down}，上传 ${up}。方向键选择时间，按住 Shift 选择更长的一段，Escape 取消选择。`,
  each: (time) => `${time}的传输量，最新的在前`,
  nothingChosen: '未选择时间',
  chosen: (time, down, up) => `${time}：下载 ${down}，上传 ${up}`,
  hint: '在图表上拖动，或在图表里用方向键，可以查看某段时间的连接和日志。',
  none: (time) => `${time}没有流量。`,
  off: 'Parasol 已关闭。开启后会统计经过它的流量，并在本机保留 30 天。',
  flows: '连接',
  allFlows: (n) => (n === 1 ? '在“连接”中显示' : `在“连接”中显示全部 ${count(n)} 个`),
  clear: '取消选择时间',
  noFlows: '这段时间的连接已没有记录。Parasol 在退出之前保留最近结束的 1,000 个。',
  noLines: '日志里没有这段时间的内容。',
  moreLines: (n) => `日志里在此之前还有 ${count(n)} 行。`,
  manyLines: '日志里在此之前还有很多行。',
  exportTitle: (time) => `导出${time}`,
  exportNote: '每个时间段的传输量，按当前的划分方式。其中没有访问目标。',
});
