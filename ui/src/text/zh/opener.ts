import type { opener as english } from '../en/opener';
import type { Area } from '../shape';

export const opener: Area<typeof english> = {
  title: 'ss:// 链接',
  take: '用 Parasol 打开',
  leave: '不再处理',
  kinds: {
    ours: '在浏览器或聊天中点击链接时会打开 Parasol，并显示将要添加的内容。得到您同意之前，不会保存或获取任何东西。',
    others: '在浏览器或聊天中点击链接时，不会打开这个 Parasol。',
  },
  failed: (cause) => `无法读取或更改：${cause}`,
};
