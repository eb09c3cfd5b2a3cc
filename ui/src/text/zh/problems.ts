import type { Fault } from '../../backend/bindings/Fault';
import type { PortField } from '../../backend/bindings/PortField';
import type { Problem } from '../../backend/bindings/Problem';
import { type ByCode, byCode } from '../coded';
import { fields } from './profiles';

const portFields: Record<PortField, string> = {
  name: '名称',
  port: '端口',
  target: '目标',
  profile: '配置',
  user: '用户名',
  password: '密码',
};

export const problems: ByCode<Problem> = {
  portTaken: ({ port, process, pid, udp }) => {
    const which = udp ? `UDP 端口 ${port}` : `端口 ${port}`;
    if (process && pid) return `${which} 正被 ${process}（pid ${pid}）占用。`;
    if (process || pid) return `${which} 正被 ${process ?? `pid 为 ${pid} 的程序`} 占用。`;
    return `${which} 正被其他程序占用。`;
  },
  portReserved: ({ port, first, last }) => `系统保留了 ${first} 到 ${last} 的端口，其中包括 ${port}，程序无法使用。`,
  bindFailed: ({ address, cause }) => `无法监听 ${address}：${cause}。`,
  portUsedTwice: ({ port, name }) => `这里已有端口 ${port}${name ? `：${name}` : ''}。`,
  badPort: ({ field, fault }) => `无法打开此端口。${portFields[field]}：${byCode<Fault>(faults, fault)}`,
  pluginNotForPort: ({ name }) => `插件 ${name} 只传输 TCP，而此端口只用于 UDP。`,
  noProfile: () => '还没有配置，因此没有可用的服务器。',
  profileGone: () => '此端口使用的配置已被删除，请另选一个。',
  pluginUnapproved: ({ name }) => `此配置附带插件 ${name}，它会以您的身份运行。请确认您了解它，再允许运行。`,
  passwordLocked: () => '密码锁在密码库里。请解锁或重试。',
  legacyUnapproved: ({ method }) =>
    method === 'none'
      ? '此配置不安全：加密方式 none 不做任何加密，途中任何人都能读取和改动内容。'
      : `此配置不安全：使用旧的加密方式 ${method} 时，途中任何人都能改动内容，也能识别出这种流量。最好换用新的加密方式。`,
  pluginMissing: ({ name }) => `没有安装插件 ${name}。请安装，或在配置中填写它的完整路径。`,
  pluginFailed: ({ name, exit, line }) => {
    const what = exit === null ? `插件 ${name} 无法运行` : `插件 ${name} 已退出，退出码为 ${exit}`;
    return `${what}，没有它就无法连接服务器。${line ? `它的输出：${line.replace(/\.$/, '')}。` : ''}`;
  },
  pluginSilent: ({ name, seconds }) => `插件 ${name} 在 ${seconds} 秒内没有回应。请对照服务器检查它的选项。`,
  badProfile: ({ field, fault }) => `无法使用此配置。${fields[field]}：${byCode<Fault>(faults, fault)}`,
  engineFailed: ({ cause }) => `代理无法启动：${cause}。`,
  crashed: () => 'Parasol 的一个部分崩溃了，详情见日志。',
  heldByAnother: () => '另一个 Parasol 正在控制系统代理。请使用那一个，或将其退出。',
  proxyUnsupported: () =>
    '此桌面没有 Parasol 能设置的系统代理。请在各个程序中填写下面的地址，或者把 http_proxy、https_proxy 和 all_proxy 设为该地址后再启动它们。',
  proxyTaken: () => '其他程序更改了系统代理，Parasol 没有再改回来。现在各个程序可能不经过 Parasol。',
  proxyFailed: ({ cause }) => `无法设置系统代理：${cause}。`,
};

export const faults: ByCode<Fault> = {
  empty: () => '必填。',
  tooLong: () => '太长了。',
  badHost: () => '请填写主机名或 IP 地址。',
  badPort: () => '请填写 1 到 65535 之间的数字。',
  unknownMethod: () => 'Parasol 不支持此加密方式。',
  notBase64: () => '2022 系列加密方式需要 base64 格式的密钥，与服务器给出的一致。',
  wrongKeyLength: ({ needed, found }) => `此加密方式需要 ${needed} 字节的密钥，现在是 ${found} 字节。`,
  identityKeys: () => '只有 2022 系列的 AES 加密方式可以用冒号连接多个密钥，最多九个。',
  badProgram: () => '请填写程序名（例如 obfs-local）或完整路径。',
  badOptions: () => '其中有选项里不允许出现的字符。',
  portUsedTwice: () => '这里的另一个端口已使用此号码。',
  badTarget: () => '请填写主机和端口，例如 example.org:22。',
  badNameServer: () => '请填写 IP 地址或主机名；端口不是 53 时也要写上。',
  noSuchProfile: () => '此配置已不存在，请另选一个。',
  loginNeeded: () => '开放给其他设备时，必须设置用户名和密码。',
  badLogin: () => '不能包含控制字符，用户名中不能有冒号。',
};
