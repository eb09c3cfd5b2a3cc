import type { given as english } from '../en/given';
import type { Area } from '../shape';

export const given: Area<typeof english> = {
  copied: { minute: '已复制。一分钟后会从剪贴板清除。', stays: '已复制。', not: '无法复制。' },
  saved: (path) => `已保存到 ${path}，只有您能读取。`,
  notSaved: (cause) => `无法保存：${cause}。`,
};
