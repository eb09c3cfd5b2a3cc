import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: '超时时间',
    lead: '最多等多久，超过后连接会被关闭。',
    change: '更改…',
    seconds: (n) => `${figures.count(n)} 秒`,
    names: {
      handshake: '请求',
      resolve: '域名解析',
      connect: '连接应答',
      firstByte: '首字节',
      idle: '空闲',
      halfClosed: '一方结束后的空闲',
    },
    inSeconds: '超时时间（秒）',
    bound: '等待首字节，以及一方已结束的连接，都不会超过“空闲”的时间。',
    again: '保存后，已打开的连接会断开。',
    usual: (n) => `通常为 ${figures.count(n)}`,
    fault: (most) => `请填 1 到 ${figures.count(most)} 的整数`,
    save: '保存',
  };
}
