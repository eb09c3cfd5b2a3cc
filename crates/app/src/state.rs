//! `AppState`: everything the tray, the window and the terminal show, as one small snapshot. Made by the controller
//! alone; holds no secret. The TypeScript twins stand in `ui/src/backend/bindings/`; see `tests/bindings.rs`.

mod groups;

use parasol_platform::key_store::KeyStoreError;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::language::Language;
use crate::log::LogView;
use crate::port::{Carries, PortKind};
use crate::problem::Problem;
use crate::rule_list::RuleListView;
use crate::subscription::SubscriptionView;
use crate::tested::TestVerdict;
use crate::theme::Theme;
use crate::timeouts::TimeoutsView;

pub use self::groups::{ChangeReason, GroupView, MemberChange, MemberHealth, MemberView};

/// The whole state at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// What the user asked for: relay on or off.
    pub wanted: bool,
    /// What is.
    pub actual: Actual,
    /// Saved profiles in the user's order.
    pub profiles: Vec<ProfileView>,
    /// The profile that is used, or will be when switched on.
    pub active: Option<String>,
    /// Saved groups in the user's order.
    pub groups: Vec<GroupView>,
    /// The group in use; its member that is used is [`AppState::active`].
    pub group: Option<String>,
    /// Tests of servers.
    pub tests: TestsView,
    /// How long the relay waits for each thing.
    pub timeouts: TimeoutsView,
    /// The port that programs on this machine connect to, on 127.0.0.1.
    pub local_port: u16,
    /// Why the port that was asked for last is not listened on; the relay runs on at [`AppState::local_port`].
    pub port_refused: Option<Problem>,
    /// The ports beside that one, in the user's order.
    pub ports: Vec<PortView>,
    /// The lists that profiles come from, in the user's order.
    pub subscriptions: Vec<SubscriptionView>,
    /// The system's proxy setting.
    pub system_proxy: SystemProxyView,
    /// Which way targets go.
    pub routing: RoutingView,
    /// The name server that a new DNS port asks until the user names another.
    pub name_server: String,
    /// Where passwords are kept.
    pub secrets: SecretsView,
    /// The name of the profile that a press of Undo brings back, if one was just deleted.
    pub undo: Option<String>,
    /// Things to tell the user once; each stays until dismissed.
    pub notices: Vec<Notice>,
    /// What closing the window does.
    pub on_close: OnClose,
    /// When Parasol switches on by itself as it starts.
    pub on_at_start: OnAtStart,
    /// The desktop is told of what needs the user while nobody looks at the window.
    pub notify: bool,
    /// What the log notes.
    pub log: LogView,
    /// Which language window and tray speak.
    pub language: Language,
    /// What the window looks like.
    pub theme: Theme,
    /// There is a way to look at the screen on this system.
    pub sees_screen: bool,
    /// Parasol's version.
    pub version: String,
}

/// What the relay does right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Actual {
    /// Not running.
    Off,
    /// Binding ports and starting.
    Starting,
    /// Listening.
    On {
        /// When it became so, in milliseconds since 1970.
        #[ts(type = "number")]
        since_ms: u64,
    },
    /// Ending flows and giving the system proxy back.
    Stopping,
    /// Wanted, but it could not be done.
    Failed {
        /// Why, and what would help.
        problem: Problem,
    },
}

/// A saved profile as it is shown: no password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// Never changes and never repeats.
    pub id: String,
    /// How it is shown: its name; without one, `host:port`, or what the built-in server is.
    pub title: String,
    /// What the user calls it; may be empty.
    pub name: String,
    /// Server host; empty for the built-in server.
    pub server: String,
    /// Server port; 0 for the built-in server.
    pub port: u16,
    /// The method's name.
    pub method: String,
    /// Its password is sealed and could not be opened yet: [`crate::Command::UnlockSecrets`] tries again.
    pub password_locked: bool,
    /// True for the server inside this program.
    pub builtin: bool,
    /// The plugin's program; empty for none.
    pub plugin: String,
    /// The plugin's options, with what is secret among them hidden ([`crate::plugin::masked`]).
    pub plugin_opts: String,
    /// The user has said that this plugin may run.
    pub plugin_approved: bool,
    /// The method is unsafe: a stream cipher from before AEAD.
    pub legacy: bool,
    /// The user has said that this unsafe method may be used.
    pub legacy_approved: bool,
    /// One-time authentication is sent; only with some unsafe methods.
    pub one_time_auth: bool,
    /// The user's notes.
    pub notes: String,
    /// The subscription that it came from.
    pub subscription: Option<String>,
    /// That list does not have it any more; it was in use when it went, and is taken away once it is not.
    pub gone: bool,
}

/// A saved port as it is shown: no password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PortView {
    /// Never changes and never repeats.
    pub id: String,
    /// What the user calls it; may be empty.
    pub name: String,
    /// Where it listens.
    pub port: u16,
    /// What is spoken there.
    pub kind: PortKind,
    /// A tunnel's target, or the name server that is asked through the server; empty for a mixed port.
    pub target: String,
    /// The profile that its traffic always goes through; without one, the one in use.
    pub profile: Option<String>,
    /// Other machines reach it too.
    pub lan: bool,
    /// The login's user; empty for no login.
    pub user: String,
    /// A password is saved.
    pub password_set: bool,
    /// It is sealed and could not be opened yet.
    pub password_locked: bool,
    /// Over what it is served.
    pub carries: Carries,
    /// What is.
    pub actual: PortActual,
}

/// What a port beside the first one does right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PortActual {
    /// The relay does not run.
    Closed,
    /// Being opened.
    Opening,
    /// Listening.
    Open,
    /// It could not be opened; the others serve on.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// Where passwords, logins and other secrets are kept, and what the system's key store says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SecretsView {
    /// Where they are kept.
    pub place: SecretsPlace,
    /// What the key store said last. With the place `File` it tells why they are there, or that they need not be.
    pub key_store: KeyStoreView,
    /// How many are sealed and could not be opened yet.
    pub locked: u32,
    /// How many stand in the file until the key store gives the key that they are to be sealed with.
    pub waiting: u32,
    /// The key store is being asked.
    pub busy: bool,
    /// Why the last [`crate::Command::MoveSecrets`] did not happen.
    pub not_moved: Option<KeyStoreView>,
}

/// A place for secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SecretsPlace {
    /// Sealed with a key that the system's key store has.
    KeyStore,
    /// In a file that only its owner can read.
    File,
}

/// What the system's key store says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum KeyStoreView {
    /// It has not answered yet.
    Unasked,
    /// It is there.
    Ready,
    /// It is there, and somebody has to unlock it.
    Locked,
    /// Somebody was asked to unlock it, and said no.
    Dismissed,
    /// There is none.
    Absent {
        /// The system's words; may be empty.
        cause: String,
    },
    /// It did not answer in time.
    Silent,
    /// It is there and does not have our key: it was reset, or is another user's.
    NoKey,
    /// It answered that it cannot.
    Failed {
        /// Its words.
        cause: String,
    },
}

impl From<KeyStoreError> for KeyStoreView {
    fn from(error: KeyStoreError) -> KeyStoreView {
        match error {
            KeyStoreError::Absent(cause) => KeyStoreView::Absent { cause },
            KeyStoreError::Locked => KeyStoreView::Locked,
            KeyStoreError::Dismissed => KeyStoreView::Dismissed,
            KeyStoreError::TimedOut => KeyStoreView::Silent,
            KeyStoreError::Failed(cause) => KeyStoreView::Failed { cause },
        }
    }
}

/// Tests of servers, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestsView {
    /// The profiles that wait or are being tested.
    pub waiting: Vec<String>,
    /// How many were asked for since none waited.
    pub asked: u32,
    /// What came of those that ended, as long as their profiles lead to the same servers. The steps are asked for apart.
    pub ended: Vec<TestSummary>,
    /// What is fetched through each server.
    pub url: String,
    /// Who is asked for a name through each server.
    pub name_server: String,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestSummary {
    /// The profile.
    pub id: String,
    /// When it ended, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What follows from it.
    pub verdict: TestVerdict,
    /// From the request to the first byte in microseconds, where it came.
    pub first_byte_micros: Option<u32>,
}

/// A method that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MethodView {
    /// Its name.
    pub name: String,
    /// It is unsafe: a stream cipher from before AEAD.
    pub legacy: bool,
    /// It can have one-time authentication.
    pub one_time_auth: bool,
}

/// What the user wants done with the system's proxy setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ProxyMode {
    /// Do not touch it.
    Leave,
    /// Point it at Parasol while on.
    Set,
    /// While on, point it at a script of Parasol's (PAC), by which programs go directly where the rules say so and come
    /// to Parasol for the rest.
    Pac,
}

/// The system's proxy setting, wanted and actual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SystemProxyView {
    /// What the user asked for.
    pub wanted: ProxyMode,
    /// What is.
    pub actual: ProxyActual,
}

/// What the system's proxy setting is, as far as Parasol is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProxyActual {
    /// Parasol has not set it.
    Unset,
    /// Parasol has set it and read it back.
    Set,
    /// It could not be set.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// What stands above the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RoutingMode {
    /// The rules say which targets go through the server.
    Rules,
    /// All go through the server.
    Global,
    /// None does.
    Direct,
}

/// Which way targets go. The rules themselves are asked for apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingView {
    /// What stands above the rules.
    pub mode: RoutingMode,
    /// Targets on this machine and in its network go directly, unless a rule names them or the mode is `Direct`.
    pub local_direct: bool,
    /// How many of the user's own rules are in force.
    pub rules: u32,
    /// The most bytes that their text may have.
    pub max_bytes: u32,
    /// How many of the user's own rules for the script alone are in force; see [`ProxyMode::Pac`].
    pub pac_rules: u32,
    /// Lists of rules from elsewhere, which come below the user's own, the first to be asked first.
    pub lists: Vec<RuleListView>,
    /// The most of them that may be.
    pub max_lists: u32,
    /// Rules that were saved are being read; those before are in force until then.
    pub reading: bool,
}

/// One thing to tell the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// For [`crate::Command::DismissNotice`].
    pub id: u32,
    /// What happened.
    pub event: Event,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The profile file could not be read; it was kept aside and the backup used.
    RestoredBackup {
        /// Where the unreadable file lies now.
        kept: String,
    },
    /// The profile file could not be read and there was no backup; Parasol starts empty.
    StartedEmpty {
        /// Where the unreadable file lies now.
        kept: String,
    },
    /// Some profiles of the file make no sense: not shown, and left in the file as they are.
    ProfilesLeftOut {
        /// How many.
        count: u32,
    },
    /// The profile file was written by a newer Parasol: shown but not changed.
    NewerFile {
        /// The file.
        path: String,
    },
    /// Another Parasol holds the profile file: shown but not changed.
    HeldByAnother {
        /// The file.
        path: String,
    },
    /// A change could not be written to disk; it lives on in memory only.
    NotSaved {
        /// The system's words.
        cause: String,
    },
    /// An earlier run ended without giving the system proxy back; that was done now.
    ProxyRecovered,
    /// Another program changed the system proxy meanwhile; its values were left alone.
    ProxyChangedByAnother,
    /// The history of the traffic could not be read, so it starts anew.
    TrafficAnew {
        /// Where the file lies now.
        kept: String,
        /// A newer Parasol wrote it.
        newer: bool,
    },
    /// All is as it was in an earlier state, or in a backup. The state before is the newest of the earlier ones.
    Restored,
    /// Parasol went off although nobody switched it off: what was in use is gone, or another.
    WentOff,
    /// An import was done.
    Imported {
        /// How many profiles are new.
        added: u32,
        /// How many are other than before.
        changed: u32,
    },
}

/// What closing the window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OnClose {
    /// There is a tray icon to come back from: just close.
    Close,
    /// No tray icon: ask whether to quit or to go on without a window.
    Ask,
    /// No tray icon, and the user chose to go on without a window.
    Background,
    /// No tray icon, and the user chose to quit.
    Quit,
}

/// When Parasol switches on by itself as it starts, if it was on when it ended last, whatever it ended of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OnAtStart {
    /// Never.
    Never,
    /// When the system has started it because its user has logged in.
    AtLogin,
    /// Whoever starts it.
    Always,
}
