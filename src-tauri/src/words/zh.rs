use parasol_app::problem::Problem;

use super::{Words, one_line};

pub(super) const WORDS: Words = Words {
    turn_on: "开启",
    turn_off: "关闭",
    profile: "配置",
    no_profile: "还没有配置",
    mode: "模式",
    rules: "规则",
    global: "全局",
    direct: "直连",
    system_proxy: "系统代理",
    leave: "不更改",
    pac: "PAC",
    open: "打开 Parasol",
    quit: "退出",
    all: |profiles| format!("全部 {profiles} 个配置…"),
    is_off: "Parasol 已关闭",
    is_starting: "Parasol 正在开启",
    is_stopping: "Parasol 正在关闭",
    is_on: "Parasol 已开启",
    is_on_through: |profile| format!("Parasol 已开启：{profile}"),
    could_not_start: |reason| format!("Parasol 无法开启：{reason}"),
    reason,
    full_stop: '。',
    is_not_on: "Parasol 没有开启",
    no_member: "没有可用的服务器",
    no_member_of: |group| format!("“{group}”中没有可用的服务器"),
    tries_on: "在有服务器恢复之前，应用程序无法连接。Parasol 会继续尝试。",
    proxy_not_set: "系统代理没有设置",
    past_us: "使用系统代理的应用程序不会经过 Parasol。",
    has_ended: |list| format!("“{list}”已到期"),
    may_stop: "此订阅的服务器可能会停止工作。",
};

fn reason(problem: &Problem) -> String {
    match problem {
        Problem::PortTaken { port, .. } => format!("端口 {port} 已被占用"),
        Problem::PortReserved { port, .. } => format!("端口 {port} 被系统保留"),
        Problem::BindFailed { address, .. } => format!("无法监听 {address}"),
        Problem::PortUsedTwice { port, .. } => format!("端口 {port} 重复使用"),
        Problem::BadPort { .. } => "有一个端口无法打开".to_owned(),
        Problem::PluginNotForPort { name } => format!("插件 {} 不支持此端口", one_line(name)),
        Problem::NoProfile => "还没有配置".to_owned(),
        Problem::ProfileGone => "它的配置已不存在".to_owned(),
        Problem::PasswordLocked => "密码已锁定".to_owned(),
        Problem::PluginUnapproved { name } => format!("插件 {} 尚未允许运行", one_line(name)),
        Problem::LegacyUnapproved { method } => format!("加密方式 {method} 不安全，尚未允许使用"),
        Problem::PluginMissing { name } => format!("没有安装插件 {}", one_line(name)),
        Problem::PluginFailed { name, .. } => format!("插件 {} 无法运行", one_line(name)),
        Problem::PluginSilent { name, .. } => format!("插件 {} 没有回应", one_line(name)),
        Problem::BadProfile { .. } => "配置无法使用".to_owned(),
        Problem::EngineFailed { cause } => one_line(cause),
        Problem::Crashed => "它的一个部分崩溃了".to_owned(),
        Problem::ProxyUnsupported | Problem::HeldByAnother | Problem::ProxyTaken | Problem::ProxyFailed { .. } => {
            "无法设置系统代理".to_owned()
        }
    }
}
