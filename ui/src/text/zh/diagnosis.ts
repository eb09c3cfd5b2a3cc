import type { DiagnosisReason } from '../../backend/bindings/DiagnosisReason';
import type { DiagnosisStep } from '../../backend/bindings/DiagnosisStep';
import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SubscriptionFault } from '../../backend/bindings/SubscriptionFault';
import { byKind, type ByCode } from '../coded';
import type { diagnosis as english } from '../en/diagnosis';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const steps: Record<DiagnosisStep, string> = {
  port: '程序使用的端口',
  systemProxy: '系统代理',
  tray: '托盘图标',
  keyStore: '密码库',
  socks5: '本机的 SOCKS5',
  http: '本机的 HTTP',
  localUdp: '本机的 UDP',
  resolve: '服务器的域名',
  connect: '连接服务器',
  handshake: '握手',
  firstByte: '经由服务器的首字节',
  udp: '经由服务器的 UDP',
  clock: '本机时钟',
  plugin: '插件',
  names: '域名由服务器解析',
};

const keyStore: Record<KeyStoreView['kind'], string> = {
  unasked: '它还没有回应',
  ready: '它有回应',
  locked: '它已锁定',
  dismissed: '解锁被拒绝',
  absent: '系统中没有密码库',
  silent: '它没有响应',
  noKey: '里面没有密钥',
  failed: '它表示无法完成',
};

const noTime: Partial<Record<SubscriptionFault['kind'], string>> = {
  badUrl: '地址不是 https 地址',
  noSuchHost: '它没有地址',
  privateHost: '只询问互联网上的主机',
  noConnection: '它没有应答',
  badCertificate: '它无法证明身份，时钟相差数天时就会这样',
  noAuthorities: '无法读取本机的证书',
  timedOut: '用时过长',
};

type Own = Exclude<DiagnosisReason, { code: 'problem' | 'server' | 'untested' }>;

export const diagnosis = ({ count, span }: Figures): Area<typeof english> => {
  const reasons: ByCode<Own> = {
    portSilent: () => '端口接受连接，但应答的不是 Parasol。',
    proxyNotSet: () => 'Parasol 已开启，但系统代理没有指向它。',
    proxyLeft: () => '系统代理指向一个意外退出的 Parasol。',
    noTray: () => '此桌面不显示托盘图标。GNOME 需要 AppIndicator 扩展；没有图标 Parasol 也能工作。',
    keyStore: ({ says }) => `密码用密码库中的密钥加密，但${keyStore[says.kind]}。`,
    selfTest: ({ place }) =>
      byKind<typeof place>(
        {
          port: ({ port }) => `通过本机端口 ${port} 发送的内容没有返回。请检查防火墙或杀毒软件。`,
          method: ({ name }) => `通过 Parasol 自带的 ${name} 服务器发送的内容没有返回。请检查本机的防火墙或杀毒软件。`,
        },
        place,
      ),
    wrongClock: ({ aheadS }) => `本机时钟${aheadS < 0 ? '慢' : '快'}了 ${span(Math.abs(aheadS) * 1000)}。2022 系列加密方式需要准确的时钟。`,
    namesAskedHere: () => '本应经过服务器的域名在本机查询了。请报告此问题。',
    tooLong: () => '用时过长。',
    off: () => 'Parasol 已关闭。',
    changing: () => '正在变化。',
    proxyLeftAlone: () => '您选择了不更改它。',
    noWindow: () => '终端里没有托盘图标。',
    secretsInFile: () => '未使用：密码保存在只有您能读取的文件里。',
    linkGiven: () => '链接不需要它。',
    noTime: ({ fault }) => `所询问的主机没有给出时间：${noTime[fault.kind] ?? '收到的不是应答'}。`,
    badTime: () => '所询问的主机没有给出时间。',
    noPlugin: () => '没有插件。',
    allDirect: () => '一切直连，域名在本机查询。',
    namesNotAsked: () => '在本机上无法测试。',
  };
  return {
    title: '诊断',
    lead: '从端口到服务器逐步检查，并说明如何解决。不会更改任何设置。时间通过 HTTPS 向一台主机询问：能经由服务器就经由服务器，否则直连。',
    run: '开始诊断',
    again: '重新诊断',
    cancel: '取消',
    running: (step) => `正在检查：${step}`,
    called: '已取消。',
    good: '没有失败的步骤。',
    bad: (n) => `${count(n)} 个步骤失败。`,
    passed: '正常',
    steps,
    reasons,
    noClockSettings: '无法从这里打开日期和时间设置，请自行打开。',
    said: '插件最后的输出',
    saidHint: '其中可能包含您访问的去向，因此不放入报告。',
    report: '报告',
    reportLead: '供帮助您的人使用。其中没有密码、插件选项、订阅地址和您访问的去向。',
    withServer: '包含服务器地址',
    copy: '复制报告',
    save: '保存报告…',
  };
};
