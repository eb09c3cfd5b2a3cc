import type { timeouts as english } from '../en/timeouts';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export function timeouts(figures: Figures): Area<typeof english> {
  return {
    title: '超时',
    lead: '每一步最多等多久，之后就放弃该连接。',
    change: '更改…',
    seconds: (n) => `${figures.count(n)} 秒`,
    names: {
      handshake: '程序发来请求',
      resolve: '查到域名的地址',
      connect: '连接得到应答',
      firstByte: '收到首字节',
      idle: '没有数据往来',
      halfClosed: '没有数据往来，且一方已结束',
    },
    inSeconds: '超时（秒）',
    again: '保存后，已打开的连接会断开。',
    usual: (n) => `通常为 ${figures.count(n)}`,
    fault: (most) => `请填 1 到 ${figures.count(most)} 的整数`,
    save: '保存',
  };
}
