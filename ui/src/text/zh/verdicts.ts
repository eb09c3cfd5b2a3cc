import type { hops as englishHops, stages as englishStages, verdicts as english } from '../en/verdicts';

export const verdicts: typeof english = {
  silentClient: {
    label: '没有请求',
    advice: () => '有程序连接了端口，却没有请求任何内容。它可能既不使用 SOCKS，也不使用 HTTP。',
  },
  badRequest: {
    label: '无法理解',
    advice: () => '有程序把端口当作网站打开，或使用的不是 SOCKS5 和 HTTP。请在那个程序里把它填为代理。',
  },
  loginRefused: {
    label: '登录被拒绝',
    advice: () => '此端口需要登录，而程序没有提供登录信息或信息有误。请在那个程序里填写端口的用户名和密码。',
  },
  nameNotFound: {
    label: '域名不存在',
    advice: (server) =>
      server ? '服务器的域名不存在。请检查配置里是否有拼写错误。' : '域名不存在。请检查地址是否有拼写错误。',
  },
  nameTimedOut: {
    label: '域名解析没有应答',
    advice: () => 'DNS 服务器没有应答。请检查本机的网络，或改用 IP 地址。',
  },
  noAnswer: {
    label: '连接没有应答',
    advice: (server) =>
      server ? '服务器地址没有应答。可能是防火墙、端口不对，或服务器已停机。' : '对方没有应答。可能是防火墙，或主机已停机。',
  },
  refused: {
    label: '被拒绝',
    advice: (server) =>
      server
        ? '对方主机有应答，但该端口没有程序监听。请检查配置里的端口，或启动服务器。'
        : '对方主机有应答，但该端口没有程序监听。',
  },
  unreachable: {
    label: '没有到达的路由',
    advice: () => '网络中没有到达该地址的路由。请检查本机的网络连接，可能没有 IPv6。',
  },
  silentServer: {
    label: '没有收到首字节',
    advice: (server) =>
      server
        ? '服务器接受连接后没有回应：密码、加密方式或时钟不一致。'
        : '主机接受连接后没有发来任何数据。它可能负载过重，或使用的是其他协议。',
  },
  udpUnanswered: {
    label: 'UDP 无应答',
    advice: () => '通过 UDP 发送的数据没有应答。服务器可能不转发 UDP，或被防火墙丢弃；网页和邮件不受影响。',
  },
  serverClosed: {
    label: '首字节之前已关闭',
    advice: (server) =>
      server ? '服务器无法访问目标；如果都这样结束，则是密码、加密方式或时钟不一致。' : '主机没有发来数据就断开了连接。',
  },
  badAnswer: {
    label: '应答无法解读',
    advice: () => '密码或加密方式与服务器不符：无法解开它的应答。请与服务器核对。',
  },
  wrongClock: {
    label: '时钟不一致',
    advice: () => '服务器与本机的时钟相差超过 30 秒。请校准不准的那一个，此加密方式需要准确的时间。',
  },
  badClient: {
    label: '客户端没有密钥',
    advice: () => '有人在没有密钥的情况下试探了服务器。无需处理。',
  },
  idle: {
    label: '空闲',
    advice: () => '长时间没有数据往来，因此关闭。通常没有影响，程序会重新连接。',
  },
  blocked: {
    label: '不允许',
    advice: () => '服务器不转发到该目标，例如它自己内网里的地址。',
  },
  noResources: {
    label: '本机连接太多',
    advice: () => '连接数或内存已用尽。请关闭占用大量连接的程序。',
  },
};

export const stages: typeof englishStages = {
  handshake: '请求',
  resolve: '域名解析',
  connect: '连接',
  stream: '传输',
  associate: 'UDP',
  closed: '关闭',
};

export const hops: typeof englishHops = { unknown: '尚未使用', good: '可用', failed: '失败' };
