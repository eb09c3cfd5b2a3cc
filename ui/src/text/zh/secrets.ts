import type { KeyStoreView } from '../../backend/bindings/KeyStoreView';
import type { SecretsPlace } from '../../backend/bindings/SecretsPlace';
import type { ByKind } from '../coded';
import type { secrets as english } from '../en/secrets';
import type { Figures } from '../figures';
import type { Area } from '../shape';

const said = (words: string, cause: string) => (cause ? `${words}：${cause.replace(/\.$/, '')}。` : `${words}。`);

const keyStore: ByKind<KeyStoreView> = {
  unasked: () => '密码库还没有回应。',
  ready: () => '密码库可用，且已解锁。',
  locked: () => '密码库已锁定。解锁时可能需要输入它的密码。',
  dismissed: () => '解锁请求被取消，密码库仍处于锁定状态。',
  absent: ({ cause }) => said('系统中没有 Parasol 可以使用的密码库', cause),
  silent: () => '密码库没有响应。',
  noKey: () => '密码库里没有 Parasol 的密钥：它可能被重置过，或属于其他用户。请重新输入密码并重新添加订阅，或者恢复备份。',
  failed: ({ cause }) => said('密码库未能完成操作', cause),
};

const places: Record<SecretsPlace, string> = {
  keyStore: '密码、登录信息和订阅地址已加密，密钥保存在系统的密码库（例如 GNOME Keyring 或 KWallet）里。没有它，复制走配置文件也没有用。',
  file: '密码、登录信息和订阅地址保存在配置文件里，只有您能读取。不过，以您的身份运行的程序也都能读取。',
};

const moves: Record<SecretsPlace, string> = { keyStore: '用密码库加密', file: '改为保存在文件里' };

const moved: Record<SecretsPlace, string> = { keyStore: '已移动：现在已加密。', file: '已移动：现在保存在文件里。' };

export const secrets = ({ count }: Figures): Area<typeof english> => ({
  title: '密码',
  places,
  keyStore,
  moves,
  moved,
  moving: '正在访问密码库…',
  notMoved: '没有移动。',
  locked: (n) => `${count(n)} 个密码或地址处于锁定状态。`,
  waiting: (n) => `${count(n)} 个密码或地址暂存在文件里，直到密码库打开。`,
  unlock: '解锁',
  again: '重试',
  profileLocked: '密码已锁定',
  profileLockedLong: '保存的密码锁在密码库里。请解锁，或重新输入。',
  listLocked: '它的地址锁在密码库里，因此无法获取。',
});
