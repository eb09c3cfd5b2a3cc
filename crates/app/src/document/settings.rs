//! `Settings`: preferences that are not tied to a profile. Each is read by itself: a word of a newer Parasol, or one
//! that a hand at the file got wrong, has its usual value here and stays in the file until the user sets another.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::unknown::{Object, Unknown};
use crate::diagnosis::CLOCK_URL;
use crate::language::Language;
use crate::log::{LogLevel, LogView};
use crate::port::NAME_SERVER;
use crate::probe::URL;
use crate::relay::Deadlines;
use crate::state::{OnAtStart, OnClose, ProxyMode, RoutingMode};
use crate::theme::Theme;
use crate::timeouts::{self, TimeoutsDraft};

/// Preferences that are not tied to a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where programs on this machine connect to, on 127.0.0.1; 0 takes any free port at each start.
    pub local_port: u16,
    /// What to do with the system's proxy setting while on.
    pub system_proxy: ProxyMode,
    /// What stands above the rules.
    pub mode: RoutingMode,
    /// Targets on this machine and in its network go directly, unless a rule names them.
    pub local_direct: bool,
    /// The user's own rules as they were written.
    pub rules: String,
    /// Likewise, for the script alone (PAC).
    pub pac_rules: String,
    /// What closing the window does where there is no tray icon; never `Close`.
    pub on_close: OnClose,
    /// When to switch on at start, if it was on at the end.
    pub on_at_start: OnAtStart,
    /// Whether the desktop is told of what needs the user.
    pub notify: bool,
    /// Which lines the log has.
    pub log_level: LogLevel,
    /// Whether it says where connections go.
    pub log_targets: bool,
    /// What window and tray speak.
    pub language: Language,
    /// What the window looks like.
    pub theme: Theme,
    /// How patient the relay is.
    pub timeout_s: Timeouts,
    /// What is fetched through a server to test it.
    pub test_url: String,
    /// Who is asked for a name through a server to test it.
    pub test_name_server: String,
    /// Who is asked for the time by a diagnosis.
    pub clock_url: String,
    extra: Unknown,
}

/// The relay's deadlines in whole seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeouts {
    /// As they were written, which may be anything; [`Timeouts::in_force`] says what follows.
    pub written: TimeoutsDraft,
    extra: Unknown,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            local_port: 1080,
            system_proxy: ProxyMode::Set,
            mode: RoutingMode::Rules,
            local_direct: true,
            rules: String::new(),
            pac_rules: String::new(),
            on_close: OnClose::Ask,
            on_at_start: OnAtStart::AtLogin,
            notify: true,
            log_level: LogView::default().level,
            log_targets: false,
            language: Language::System,
            theme: Theme::System,
            timeout_s: Timeouts::default(),
            test_url: URL.to_owned(),
            test_name_server: NAME_SERVER.to_owned(),
            clock_url: CLOCK_URL.to_owned(),
            extra: Unknown::default(),
        }
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Settings, D::Error> {
        let (mut said, usual) = (Unknown::deserialize(deserializer)?, Settings::default());
        Ok(Settings {
            local_port: said.take("local_port", usual.local_port),
            system_proxy: said.take("system_proxy", usual.system_proxy),
            mode: said.take("mode", usual.mode),
            local_direct: said.take("local_direct", usual.local_direct),
            rules: said.take("rules", usual.rules),
            pac_rules: said.take("pac_rules", usual.pac_rules),
            on_close: said.take("on_close", usual.on_close),
            on_at_start: said.take("on_at_start", usual.on_at_start),
            notify: said.take("notify", usual.notify),
            log_level: said.take("log_level", usual.log_level),
            log_targets: said.take("log_targets", usual.log_targets),
            language: said.take("language", usual.language),
            theme: said.take("theme", usual.theme),
            timeout_s: said.take("timeout_s", usual.timeout_s),
            test_url: said.take("test_url", usual.test_url),
            test_name_server: said.take("test_name_server", usual.test_name_server),
            clock_url: said.take("clock_url", usual.clock_url),
            extra: said,
        })
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let usual = Settings::default();
        let mut object = Object::new(serializer.serialize_map(None)?, &self.extra);
        object.lenient("local_port", &self.local_port, &usual.local_port)?;
        object.lenient("system_proxy", &self.system_proxy, &usual.system_proxy)?;
        object.lenient("mode", &self.mode, &usual.mode)?;
        object.lenient("local_direct", &self.local_direct, &usual.local_direct)?;
        object.lenient("rules", &self.rules, &usual.rules)?;
        object.lenient("pac_rules", &self.pac_rules, &usual.pac_rules)?;
        object.lenient("on_close", &self.on_close, &usual.on_close)?;
        object.lenient("on_at_start", &self.on_at_start, &usual.on_at_start)?;
        object.lenient("notify", &self.notify, &usual.notify)?;
        object.lenient("log_level", &self.log_level, &usual.log_level)?;
        object.lenient("log_targets", &self.log_targets, &usual.log_targets)?;
        object.lenient("language", &self.language, &usual.language)?;
        object.lenient("theme", &self.theme, &usual.theme)?;
        object.lenient("timeout_s", &self.timeout_s, &usual.timeout_s)?;
        object.lenient("test_url", &self.test_url, &usual.test_url)?;
        object.lenient("test_name_server", &self.test_name_server, &usual.test_name_server)?;
        object.lenient("clock_url", &self.clock_url, &usual.clock_url)?;
        object.end()
    }
}

impl Settings {
    /// What the log notes.
    #[must_use]
    pub fn log(&self) -> LogView {
        LogView { level: self.log_level, targets: self.log_targets }
    }
}

impl Timeouts {
    /// What is in force. A hand at the file may have written anything: nothing is bounded to less than a second, which no
    /// real network would survive, or to more than a week.
    #[must_use]
    pub fn in_force(&self) -> TimeoutsDraft {
        let TimeoutsDraft { handshake, resolve, connect, first_byte, idle, half_closed } = self.written;
        let [handshake, resolve, connect, first_byte, idle, half_closed] =
            [handshake, resolve, connect, first_byte, idle, half_closed].map(|seconds| seconds.clamp(1, timeouts::MAX));
        TimeoutsDraft { handshake, resolve, connect, first_byte, idle, half_closed }
    }

    /// As the relay takes them.
    #[must_use]
    pub fn deadlines(&self) -> Deadlines {
        let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
        let set = self.in_force();
        Deadlines {
            handshake: seconds(set.handshake),
            resolve: seconds(set.resolve),
            connect: seconds(set.connect),
            first_byte: seconds(set.first_byte),
            idle: seconds(set.idle),
            half_closed: seconds(set.half_closed),
            ..Deadlines::default()
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        let usual = Deadlines::default();
        let seconds = |duration: Duration| u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
        let written = TimeoutsDraft {
            handshake: seconds(usual.handshake),
            resolve: seconds(usual.resolve),
            connect: seconds(usual.connect),
            first_byte: seconds(usual.first_byte),
            idle: seconds(usual.idle),
            half_closed: seconds(usual.half_closed),
        };
        Timeouts { written, extra: Unknown::default() }
    }
}

impl<'de> Deserialize<'de> for Timeouts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timeouts, D::Error> {
        let (mut said, usual) = (Unknown::deserialize(deserializer)?, Timeouts::default().written);
        let written = TimeoutsDraft {
            handshake: said.take("handshake", usual.handshake),
            resolve: said.take("resolve", usual.resolve),
            connect: said.take("connect", usual.connect),
            first_byte: said.take("first_byte", usual.first_byte),
            idle: said.take("idle", usual.idle),
            half_closed: said.take("half_closed", usual.half_closed),
        };
        Ok(Timeouts { written, extra: said })
    }
}

impl Serialize for Timeouts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (own, usual) = (&self.written, Timeouts::default().written);
        let mut object = Object::new(serializer.serialize_map(None)?, &self.extra);
        object.lenient("handshake", &own.handshake, &usual.handshake)?;
        object.lenient("resolve", &own.resolve, &usual.resolve)?;
        object.lenient("connect", &own.connect, &usual.connect)?;
        object.lenient("first_byte", &own.first_byte, &usual.first_byte)?;
        object.lenient("idle", &own.idle, &usual.idle)?;
        object.lenient("half_closed", &own.half_closed, &usual.half_closed)?;
        object.end()
    }
}
