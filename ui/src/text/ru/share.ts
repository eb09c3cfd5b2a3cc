import type { share as english } from '../en/share';
import type { Area } from '../shape';

export const share: Area<typeof english> = {
  title: (name) => `Поделиться: ${name}`,
  warning: 'Здесь есть пароль: кто его увидит или получит, сможет пользоваться сервером.',
  as: 'Поделиться как',
  formats: { links: 'Ссылка', sip008: 'SIP008', config: 'config.json' },
  fields: { links: 'Для телефонов и большинства программ', sip008: 'Список для клиентов, читающих SIP008', config: 'Для shadowsocks-libev и shadowsocks-rust' },
  qr: (name) => `QR-код ссылки: ${name}`,
  noQr: 'Ссылка слишком длинна для QR-кода.',
  locked: (name) => `${name}: пароль заблокирован в хранилище паролей. Разблокируйте его (Настройки → Пароли) и попробуйте снова.`,
  nothing: 'В этом профиле нечем поделиться.',
  copy: 'Копировать',
  copied: 'Скопировано. Исчезнет из буфера обмена через минуту или при выходе из Parasol.',
  copiedAndStays: 'Скопировано. Останется в буфере обмена, пока его не сменит другое.',
  notCopied: 'Скопировать не удалось. Текст выделен: нажмите Ctrl+C.',
  save: 'Сохранить в файл…',
  savePng: 'Сохранить код как PNG…',
  saveSvg: 'Сохранить код как SVG…',
  notSaved: (cause) => `Сохранить не удалось: ${cause}. Прежний файл не тронут.`,
  close: 'Закрыть',
};
