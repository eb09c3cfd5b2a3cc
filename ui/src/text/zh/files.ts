import type { files as english } from '../en/files';
import type { Area } from '../shape';

export const files: Area<typeof english> = {
  title: '文件',
  lead: 'Parasol 的文件所在位置。要换到另一台电脑，请做备份：无论密码在本机保存在哪里，备份里都有。',
  names: { profiles: '配置和设置', log: '日志' },
  show: '显示',
  shows: (name) => `显示文件：${name}`,
  asking: '正在请求文件管理器…',
  said: { shown: '', notThere: '这个文件还没有写入。', notShown: '找不到可用的文件管理器，请自行打开该文件夹。' },
};
