import type { ProbeFault } from '../../backend/bindings/ProbeFault';
import type { StepReason } from '../../backend/bindings/StepReason';
import type { TestStep } from '../../backend/bindings/TestStep';
import type { TestVerdict } from '../../backend/bindings/TestVerdict';
import type { ByKind } from '../coded';
import type { testing as english } from '../en/testing';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const steps: Record<TestStep, string> = {
  resolve: '域名解析',
  connect: '连接',
  handshake: '握手',
  firstByte: '首字节',
  udp: 'UDP 往返',
};

const reasons: Record<StepReason, string> = {
  earlierFailed: '未尝试',
  noName: '不需要',
  pluginDoes: '由插件完成',
  pluginCarriesNone: '插件不传输',
  unusable: '未尝试',
  nameNotFound: '域名不存在',
  nameServerSilent: 'DNS 服务器没有应答',
  refused: '被拒绝',
  noAnswer: '没有应答',
  unreachable: '没有到达的路由',
  noResources: '本机连接太多',
  silent: '已连接，没有应答',
  closed: '被关闭',
  badAnswer: '密码或加密方式与服务器不符',
  wrongClock: '两边时钟不一致',
  targetUnreachable: '网页没有返回',
};

const labels: Record<TestVerdict['kind'], string> = {
  works: '可用',
  worksWithoutUdp: 'UDP 不通',
  nameNotFound: '域名不存在',
  nameServerSilent: '域名解析没有应答',
  refused: '被拒绝',
  noAnswer: '没有应答',
  unreachable: '没有到达的路由',
  noResources: '本机连接太多',
  silent: '已连接，没有应答',
  closed: '立即关闭',
  badAnswer: '密码或加密方式不对',
  wrongClock: '时钟不准',
  targetUnreachable: '无法访问外部',
  unusable: '无法使用',
};

const probeFaults: Record<ProbeFault, string> = {
  url: '请填写普通的网页地址，例如 http://example.org/。',
  nameServer: '请填写 IP 地址或主机名；端口不是 53 时也要写上。',
};

export function testing({ count, span }: Figures): Area<typeof english> {
  const closed = '请与服务器核对密码和加密方式；也可能服务器已不认这个密码。';
  const verdicts: ByKind<TestVerdict> = {
    works: () => '服务器可用。',
    worksWithoutUdp: () => '网页和邮件可用，但 UDP 没有返回，通话和游戏可能不通：服务器可能不转发 UDP，或在途中被丢弃。',
    nameNotFound: () => '服务器的域名不存在。请检查配置里是否有拼写错误。',
    nameServerSilent: () => 'DNS 服务器没有应答。请检查本机的网络，或改用服务器的 IP 地址。',
    refused: () => '对方主机有应答，但该端口没有程序监听。请检查配置里的端口，或启动服务器。',
    noAnswer: () => '服务器地址没有应答。可能是防火墙、端口不对，或服务器已停机。',
    unreachable: () => '网络中没有到达服务器的路由。请检查本机的网络连接，可能没有 IPv6。',
    noResources: () => '本机的连接数或内存已用尽。请关闭占用大量连接的程序。',
    silent: () => '服务器接受连接后没有回应：密码、加密方式或时钟不一致。',
    closed: ({ bytes }) =>
      bytes === 0
        ? `服务器接受连接后没有回应就关闭了。${closed}`
        : `服务器接受连接，返回 ${count(bytes)} 字节后关闭。${closed}`,
    badAnswer: () => '密码或加密方式与服务器不符：无法解开它的应答。请与服务器核对。',
    wrongClock: ({ aheadS }) => {
      if (aheadS === null) return '服务器表示本机时钟不准。请校准时钟，此加密方式需要准确的时间。';
      return `本机时钟比服务器${aheadS < 0 ? '慢' : '快'} ${span(Math.abs(aheadS) * 1000)}。请校准时钟，此加密方式需要准确的时间。`;
    },
    targetUnreachable: () => '服务器有应答，但经由它获取的网页没有返回。可能是服务器无法访问外部，或设置里的地址没有应答。',
    unusable: () => '此配置目前无法使用。',
  };
  return {
    title: '测试',
    all: '全部测试',
    one: '测试',
    named: (name) => `测试 ${name}`,
    again: '重新测试',
    running: '正在测试…',
    cancel: '取消',
    progress: (ended, asked) => `正在测试：${count(ended)} / ${count(asked)}`,
    done: (works, of) => `已测试 ${count(of)} 个，${count(works)} 个可用。`,
    lead: '按现在填写的内容逐步测试服务器，不会保存。',
    faulty: '填写的内容有误，请先改正。',
    step: '步骤',
    took: '用时',
    at: (time) => `测试于 ${time}`,
    then: (result, time) => `${time} ${result}`,
    steps,
    reasons,
    labels,
    but: (latency, label) => `${latency}，${label}`,
    verdicts,
    settings: '服务器测试',
    settingsLead: '经由服务器请求什么，来判断它是否可用。',
    url: '获取的网页',
    urlHint: '使用普通的 http，这样失败只会与服务器有关。只看首字节。',
    nameServer: 'DNS 服务器',
    nameServerHint: '通过 UDP 向它查询一个域名。',
    save: '保存',
    saved: '已保存。',
    probeFaults,
  };
}
