import type { share as english } from '../en/share';
import type { Area } from '../shape';

export const share: Area<typeof english> = {
  title: (name) => `分享 ${name}`,
  warning: '其中含有密码：看到或得到它的人都能使用此服务器。',
  as: '分享方式',
  formats: { links: '链接', sip008: 'SIP008', config: 'config.json' },
  fields: { links: '供手机和大多数程序使用', sip008: '供支持 SIP008 的客户端使用的列表', config: '供 shadowsocks-libev 和 shadowsocks-rust 使用' },
  qr: (name) => `${name} 链接的二维码`,
  noQr: '链接太长，无法生成二维码。',
  locked: (name) => `${name}：密码锁定在密码库里。请解锁（设置 → 密码）后重试。`,
  nothing: '此配置没有可以分享的内容。',
  copy: '复制',
  copied: '已复制。一分钟后或 Parasol 退出时会从剪贴板清除。',
  copiedAndStays: '已复制。在复制其他内容之前会一直留在剪贴板里。',
  notCopied: '无法复制。内容已选中，请按 Ctrl+C。',
  save: '保存为文件…',
  savePng: '将二维码存为 PNG…',
  saveSvg: '将二维码存为 SVG…',
  notSaved: (cause) => `无法保存：${cause}。原有的文件没有变动。`,
  close: '关闭',
};
