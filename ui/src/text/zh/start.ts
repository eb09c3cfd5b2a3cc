import type { start as english } from '../en/start';
import type { Area } from '../shape';

export const start: Area<typeof english> = {
  title: '启动与通知',
  atLogin: '登录时启动',
  atLoginHint: '不打开窗口，托盘图标表示它正在运行。',
  failed: (cause) => `无法读取或更改：${cause}`,
  onAtStart: '启动时，如果退出前已开启，则恢复开启',
  when: { never: '从不', atLogin: '登录时', always: '始终' },
  whenHints: {
    never: 'Parasol 启动后保持关闭。',
    atLogin: '登录桌面后自动启动时恢复开启；手动启动时保持关闭。',
    always: '手动启动和崩溃之后也会恢复开启。',
  },
  notify: '需要我处理时通知我',
  notifyHint:
    '当 Parasol 无法继续运行、系统代理没有设置、服务器组中没有可用的服务器，或正在使用的订阅到期时发出通知。除此之外不打扰，您正看着窗口时也不通知。',
};
