import type { ImportDiffers } from '../../backend/bindings/ImportDiffers';
import type { ImportFault } from '../../backend/bindings/ImportFault';
import type { ImportFormat } from '../../backend/bindings/ImportFormat';
import type { ImportPlace } from '../../backend/bindings/ImportPlace';
import type { LookFault } from '../../backend/bindings/LookFault';
import type { ByCode, ByKind } from '../coded';
import type { imports as english } from '../en/imports';
import type { Figures } from '../figures';
import type { Area } from '../shape';

export const importFaults: ByCode<ImportFault> = {
  nothing: () => '里面是空的',
  notText: () => '既不是文字，也不是图片',
  unknownFormat: () => 'Parasol 不认识这种格式',
  syntax: ({ line, column }) => `从第 ${line} 行第 ${column} 列起无法读取`,
  endsEarly: () => '内容不完整，请重新复制',
  noServers: () => '里面没有服务器',
  tooLong: () => '太长',
  tooMany: () => '超出一次可导入的数量，从这一项起没有采用',
  notALink: () => '里面没有 ss:// 链接。链接以 ss:// 开头，请从开头重新复制',
  misspelt: () => '链接以 ss:// 开头，请检查最前面的字符',
  twoLinks: () => '两个链接连在了一起，请让每个链接各占一行',
  space: () => '链接里有空格，请去掉',
  cut: () => '链接被截断了：缺少“@服务器:端口”部分。请完整复制为一行',
  badUserinfo: () => '有字符缺失或被改动，请重新复制链接',
  badHost: () => '没有主机名或 IP 地址',
  noPort: () => '缺少端口，应为 1 到 65535 之间的数字。如果这是链接，可能被截断了',
  badPort: () => '端口必须在 1 到 65535 之间',
  unknownMethod: ({ name }) => (name === '' ? 'Parasol 不支持它的加密方式' : `Parasol 不支持加密方式 ${name}`),
  badPassword: () => '密码为空，或不是此加密方式的密钥',
  plugin: ({ name }) => `需要无法使用的插件：${name}`,
  wrongValue: ({ field }) => {
    if (field === '') return '不像是一个服务器条目';
    return field === 'server_port' || field === 'port' ? '端口不是数字' : `${field} 的值类型不对`;
  },
  variable: () => '它的密码写在环境变量里',
  otherProtocol: ({ name }) => `${name === '' ? '是其他协议的服务器' : `是 ${name} 服务器`}。Parasol 只支持 Shadowsocks，请索取 ss:// 链接`,
  foreignLink: ({ name }) => `${name}:// 链接只有生成它的程序能读取；请在那个程序里分享为 ss:// 链接`,
  picture: () => '这是图片，而此处只读取文字',
  subscription: () => '这是网址。如果是订阅地址，Parasol 可以从那里获取服务器',
  backup: () => '这是带口令的备份，请用“设置 → 备份 → 恢复”打开',
  otherPicture: () => '不支持这种图片。请截屏，或另存为 PNG',
  damagedPicture: () => '图片不完整或已损坏',
  largePicture: ({ width, height }) => `图片太大（${width} × ${height} 像素），请只截取二维码部分`,
  noCode: () => '图片里没有找到二维码',
  noCodeOnScreen: () => '屏幕上没有找到二维码。请放大显示，四周留白，不要遮挡，然后重试',
  damagedCode: () => '二维码无法识别，换一张更大或更清晰的图片试试',
};

export const places: ByKind<ImportPlace> = {
  whole: () => '',
  line: ({ line }) => `第 ${line} 行：`,
  item: ({ number, name }) => (name === '' ? `第 ${number} 台服务器：` : `第 ${number} 台服务器 ${name}：`),
  path: ({ path }) => `${path}：`,
  code: ({ code }) => `第 ${code} 个二维码：`,
};

export const differs: Record<ImportDiffers, string> = {
  name: '名称',
  server: '服务器',
  port: '端口',
  method: '加密方式',
  password: '密码',
  plugin: '插件',
  pluginOpts: '插件选项',
  oneTimeAuth: '一次性认证',
  notes: '备注',
  rest: 'Parasol 不用的字段',
};

const lookFaults: ByCode<LookFault> = {
  unavailable: () => '此桌面不允许程序查看屏幕。请用桌面自带的工具截图，然后粘贴到这里。',
  refused: () => '没有得到允许。请重试并允许，或者自己截图后粘贴到这里。',
  timedOut: () => '没有得到回应，请重试。',
  empty: () => '剪贴板里没有可以读取的文字或图片。',
  failed: ({ cause }) => `没有成功：${cause}。`,
};

const formats: Record<ImportFormat, string> = {
  links: '链接',
  base64: 'base64 编码的链接列表',
  guiConfig: 'gui-config.json',
  configFile: 'config.json',
  sip008: 'SIP008 列表',
  clash: 'Clash 配置',
  singBox: 'sing-box 配置',
  v2rayN: 'v2rayN 的服务器',
  nekoBox: 'NekoBox 的服务器',
  outline: 'Outline 密钥',
  parasol: 'Parasol 的配置',
  json: 'JSON',
  picture: '图片',
  screen: '屏幕',
  unknown: '',
};

export const imports = ({ count }: Figures): Area<typeof english> => ({
  first: {
    title: '添加服务器',
    lead: '粘贴您拿到的内容：ss:// 链接，或订阅地址（https://…）。',
    field: '链接',
    add: '添加并开启',
    try: '立即试用',
    tryWhy: '还没有链接？内置服务器就在 Parasol 里运行，不需要账号和网络。它可以演示各项功能，但不会隐藏您的位置。',
    filesWhy: '屏幕上或图片里的二维码，或者其他程序的设置。也可以把文件拖到窗口里。',
    byHand: '手动填写',
    or: '其他方式',
  },
  imports: {
    title: '导入',
    back: '返回',
    field: '链接，或文件的内容',
    orFiles: '也可以是其他程序的文件和二维码：选择文件，粘贴或拖到窗口里，或者让 Parasol 去找。',
    sights: { clipboard: '从剪贴板', screen: '从屏幕' },
    lookFaults,
    choose: '选择文件…',
    pasted: '粘贴的文字',
    drop: '松开即可查看文件内容',
    at: (at, of) => `第 ${count(at)} 个文件，共 ${count(of)} 个`,
    skip: '跳过此文件',
    leftOut: (n) => `另有 ${count(n)} 个链接没有采用：太长，或数量太多。`,
    looking: '正在查看…',
    unreadable: (cause) => `无法读取文件：${cause}`,
    summary: ({ id, format, added, changed, unchanged }) => {
      if (id === 0) return '';
      const found = added.length + changed.length + unchanged.length;
      const what = formats[format] === '' ? '' : `${formats[format]}：`;
      const servers = found === 0 ? '没有服务器' : `${count(found)} 台服务器`;
      const saved = added.length + changed.length > 0 ? '点击添加之前不会保存任何内容。' : '';
      const more = format === 'parasol' ? '这里只导入配置；要恢复备份中的全部内容，请用“设置 → 备份 → 恢复”。' : '';
      return `${what}${servers}。${saved}${more}`;
    },
    add: (adds, changes) => {
      if (changes === 0) return adds === 0 ? '添加' : `添加 ${count(adds)} 个配置`;
      return adds === 0 ? `更新 ${count(changes)} 个配置` : `添加 ${count(adds)} 个，更新 ${count(changes)} 个`;
    },
    addList: '添加为订阅',
    added: '新增',
    changed: '有变化',
    unchanged: '已有',
    repeated: '其中重复的',
    refused: '未采用',
    of: (wanted, all) => (wanted === all ? count(all) : `${count(wanted)} / ${count(all)}`),
    more: (n, all) => `再显示 ${count(n)} 项，共 ${count(all)} 项`,
    unsafe: '加密方式不安全：使用前 Parasol 会询问您',
    plugin: (name) => `需要插件 ${name}：运行前 Parasol 会询问您`,
    unused: (keys) => `Parasol 不使用 ${keys.join('、')}`,
    differs: (field) => `${field}不同`,
    before: '之前：',
    after: '之后：',
    empty: '无',
  },
});
