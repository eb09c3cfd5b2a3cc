import type { CertificateFault } from '../../backend/bindings/CertificateFault';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import type { UrlSlip } from '../../backend/bindings/UrlSlip';
import type { ByKind } from '../coded';
import { mayPass, type subscriptions as english } from '../en/subscriptions';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const certificateFaults: Record<CertificateFault, string> = {
  untrusted: '不受本机信任',
  wrongName: '属于另一个域名',
  expired: '今天不在有效期内；如果本应有效，则是本机时钟不准',
  revoked: '已被吊销',
  other: '无法使用',
};

const urlSlips: Record<UrlSlip, string> = {
  link: '这是单个服务器的链接，请在“配置 → 导入”里使用。',
  http: '它在途中没有加密。请试试 https://，或向服务商索取这样的地址。',
  noScheme: '地址缺少开头部分，请在前面加上 https://。',
  login: '不接受带有用户名和密码的地址。',
  other: '这不是订阅地址。订阅地址以 https:// 或 ssconf:// 开头。',
};

export const subscriptionFaults: ByKind<SubscriptionFault> = {
  badUrl: ({ slip }) => urlSlips[slip],
  locked: () => '地址锁在密码库里。请解锁后重试。',
  noSuchHost: ({ host }) => `找不到域名 ${host}。请检查是否有拼写错误，以及本机的网络。`,
  privateHost: ({ host }) => `${host} 在本机或局域网内。订阅只从互联网获取。`,
  noConnection: ({ host }) => `无法连接 ${host}。它可能已停机，或在途中被阻断。`,
  badCertificate: ({ host, fault }) => `${host} 的证书${certificateFaults[fault]}。应答的可能另有其人。`,
  noAuthorities: () => '本机没有受信任的证书颁发机构列表。请安装 ca-certificates。',
  timedOut: () => '没有及时收到列表。',
  tooLarge: () => '列表过大，Parasol 无法接受。',
  tooManyRedirects: () => '地址不断跳转，始终没有列表。',
  badRedirect: ({ host }) => `${host} 跳转到了不以 https:// 开头的地址，不会从那里获取列表。`,
  refused: ({ host, status }) =>
    status >= 500
      ? `${host} 自身出错（状态码 ${status}），稍后会重试。`
      : `${host} 没有给出列表（状态码 ${status}）。地址可能已过期，请询问提供者。`,
  badAnswer: ({ host }) => `无法读取 ${host} 的应答。`,
  noList: () => '收到的不是服务器列表，可能是网页。请向服务商索取 Shadowsocks 订阅地址。',
  noServers: () => '列表里没有 Parasol 可用的服务器。',
  crashed: () => 'Parasol 的一个部分崩溃了，详情见日志。',
};

export const subscriptions = ({ count, size }: Figures): Area<typeof english> => ({
  title: '订阅',
  open: (n) => (n === 0 ? '订阅' : `订阅（${count(n)}）`),
  back: '配置',
  none: '订阅是服务商提供的一个地址，里面有服务器列表。Parasol 会定期更新它。',
  list: '订阅，按添加的先后排列',
  add: '添加订阅',
  refreshAll: '全部更新',
  refresh: '更新',
  refreshNamed: (name) => `更新 ${name}`,
  edit: (name) => `编辑 ${name}`,
  remove: (name) => `移除 ${name}`,
  fetching: '正在获取…',
  fetched: (when) => `更新于 ${when}`,
  never: '尚未获取',
  next: (when) => `下次 ${when}`,
  paused: '已暂停，仅手动更新',
  nameless: '未命名的订阅',
  profiles: (n) => `${count(n)} 个配置`,
  gone: (n) => `其中 ${count(n)} 个在列表中已没有`,
  refused: (n) => `${count(n)} 项未采用`,
  merged: ({ added, changed, removed, kept }) => {
    const parts = [
      added && `新增 ${count(added)} 个`,
      changed && `变化 ${count(changed)} 个`,
      removed && `移除 ${count(removed)} 个`,
      kept && `${count(kept)} 个列表中已没有但仍在使用`,
    ].filter(Boolean);
    return parts.length ? `上次：${parts.join('，')}` : '上次没有变化';
  },
  lastGood: '现有配置来自上一次成功获取的列表。',
  usage: '已用流量',
  used: ({ used, total }) => (total === null ? `已用 ${size(used ?? 0)}` : `已用 ${size(used ?? 0)}，共 ${size(total)}`),
  limit: (total) => `共 ${size(total)}`,
  expires: (day, past) => (past ? `已于 ${day} 到期` : `${day} 到期`),
  url: '订阅地址',
  urlHint: '现在会获取一次，以显示其中的内容。请勿外传：知道地址的人就能使用这些服务器。',
  look: '查看',
  looking: '正在获取…',
  found: (title, host) => (title === '' || title === host ? `${host} 的列表` : `${title}，${host} 的列表`),
  known: '您已有此订阅。',
  later: (fault) => (mayPass(fault) ? '仍然可以添加，稍后再获取。' : ''),
  addAll: (n) => (n === 0 ? '添加' : `添加，含 ${count(n)} 个配置`),
  editTitle: '编辑订阅',
  name: '名称',
  nameHint: '留空则使用列表自带的名称。',
  interval: '更新间隔',
  asListed: '按列表的要求，否则每天一次',
  every: (hours) => {
    if (hours % 24 !== 0) return hours === 1 ? '每小时' : `每 ${count(hours)} 小时`;
    return hours === 24 ? '每天' : `每 ${count(hours / 24)} 天`;
  },
  pause: '仅手动更新',
  save: '保存',
  removeTitle: (name) => `移除 ${name}？`,
  removeText: (n) => `它带来了 ${count(n)} 个配置。保留它们，还是一并移除？`,
  removeEmpty: '以后不再获取。要重新添加，需要它的地址。',
  removeInUse: '其中包括正在使用的配置。如果移除，代理会关闭。',
  keep: '保留配置',
  removeToo: '一并移除',
  removeIt: '移除',
});
