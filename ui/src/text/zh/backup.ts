import type { BackupFault } from '../../backend/bindings/BackupFault';
import type { ByCode } from '../coded';
import type { backup as english } from '../en/backup';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const faults: ByCode<BackupFault> = {
  file: ({ cause }) => `无法使用此文件：${cause.replace(/\.$/, '')}。`,
  tooLong: () => '文件太长，不可能是备份。',
  notABackup: () => '这不是 Parasol 的备份。',
  newer: () => '此备份由更新版本的 Parasol 创建，请先升级。',
  passphraseNeeded: () => '打开此备份需要口令。',
  wrongPassphrase: () => '此口令打不开备份。请注意大小写和键盘布局。',
  damaged: () => '备份已损坏：它在创建后被截断或改动过。没有采用其中任何内容。',
  tooMuchWork: () => '打开此文件所需的计算量远超任何 Parasol 备份，因此没有打开。',
  emptyPassphrase: () => '空口令起不到保护作用。',
};

export const backup = ({ plural }: Figures): Area<typeof english> => ({
  title: '备份',
  lead: '把配置、端口、规则和设置连同密码保存到一个文件里。',
  make: '备份…',
  restore: '恢复…',
  makeTitle: '备份全部内容',
  restoreTitle: '恢复备份',
  restoreLead: '恢复会用文件中的内容取代现有的一切。恢复之前，会先列出将要改动的内容。',
  replaces: '恢复会用文件中的内容取代现有的一切。',
  restoreIt: '恢复',
  choose: '选择文件…',
  chooseOther: '选择其他文件…',
  passphrase: '口令',
  passphraseNone: '留空：拿到文件的人就能看到里面的所有密码。',
  once: '再输入一次',
  differ: '两次输入不一致。',
  passphraseSet: '没有口令谁也打不开，包括您自己。',
  passphraseOpenHint: '没有口令则留空。',
  reveal: '显示口令',
  save: '保存…',
  saving: '正在保存…',
  look: '查看',
  looking: '正在打开…',
  done: (path) => `已保存到 ${path}。`,
  missing: (n) => plural(n, { other: '此文件缺少 # 个密码或地址。请解锁密码库（设置 → 密码），然后重新备份。' }),
  close: '关闭',
  faults,
});
