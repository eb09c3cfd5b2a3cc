import type { finding as english } from '../en/finding';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export const finding = ({ count }: Figures): Area<typeof english> => ({
  profileSearch: {
    label: '搜索配置',
    hint: '名称、服务器、加密方式、备注',
    found: (n, all) => `${count(n)} / ${count(all)} 个配置`,
    none: (all) => (all === 1 ? '唯一的配置不符合条件。' : `${count(all)} 个配置都不符合条件。`),
    clear: '显示全部',
  },
  profileUsed: {
    last: '上次使用：',
  },
});
