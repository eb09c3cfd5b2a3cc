//! `Command`: everything a user can ask for. The tray, the window, the terminal and the tests all speak this.

use serde::Deserialize;
use ts_rs::TS;

use crate::draft::ProfileDraft;
use crate::group::GroupDraft;
use crate::language::Language;
use crate::log::LogLevel;
use crate::pasted::Pasted;
use crate::port_draft::PortDraft;
use crate::state::{OnAtStart, OnClose, ProxyMode, RoutingMode, SecretsPlace};
use crate::theme::Theme;
use crate::timeouts::TimeoutsDraft;

/// One request to the controller. Answered by the next state, not by a value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// End these connections; those that have ended already are passed over.
    CloseConnections {
        /// Their numbers.
        #[ts(type = "number[]")]
        ids: Vec<u64>,
    },
    /// Switch the relay on or off.
    SetOn {
        /// On?
        on: bool,
    },
    /// Switch it to whichever it was not asked to be.
    Toggle,
    /// Use this profile from now on, and no group; a running relay changes over to it.
    SelectProfile {
        /// The profile.
        id: String,
    },
    /// Use a member of this group from now on; a running relay changes over to it. Ignored when no member can be used.
    SelectGroup {
        /// The group.
        id: String,
    },
    /// Save a new group (`id` absent) or change one. Ignored when it has no member, or its name is too long.
    SaveGroup {
        /// The fields as typed.
        draft: GroupDraft,
    },
    /// Take a group away. Of the one in use, the profile stays in use.
    DeleteGroup {
        /// The group.
        id: String,
    },
    /// Test a profile's server.
    TestProfile {
        /// The profile.
        id: String,
    },
    /// Test the servers of all profiles.
    TestAll,
    /// End all tests that were asked for; what came of those that ended stays.
    CancelTests,
    /// What servers are tested with. Ignored when it makes no sense: ask `check_probe` first.
    SetProbe {
        /// What is fetched: `http://host/path`.
        url: String,
        /// Who is asked for a name: a host or an IP, with or without a port.
        name_server: String,
    },
    /// How long the relay waits for each thing; it starts anew where that is another. Ignored when one is out of bounds.
    SetTimeouts {
        /// In seconds.
        timeouts: TimeoutsDraft,
    },
    /// Leave the system's proxy setting alone, or set it in one way or the other while on.
    SetSystemProxy {
        /// Which.
        mode: ProxyMode,
    },
    /// Listen on this port from now on. While the relay runs, one that cannot be had is refused, and the relay runs on
    /// where it is; asking for that port again takes the refusal back.
    SetLocalPort {
        /// 1 to 65535.
        port: u16,
    },
    /// Save a new port beside the first one (`id` absent) or change one; while on it opens at once. Ignored when the draft
    /// has a problem: ask `check_port` first.
    SavePort {
        /// The fields as typed.
        draft: PortDraft,
    },
    /// Take a port away. The first one stays.
    DeletePort {
        /// The port's id.
        id: String,
    },
    /// Go by the rules, or stand above them; from the next connection on.
    SetMode {
        /// Which.
        mode: RoutingMode,
    },
    /// Whether targets on this machine and in its network go directly, unless a rule names them.
    SetLocalDirect {
        /// Directly?
        direct: bool,
    },
    /// Use these rules instead of those before. Ignored when they are too long: ask for their preview first.
    SaveRules {
        /// Rules as ACL text.
        #[ts(as = "String")]
        text: Pasted,
    },
    /// The same for the rules of the script alone, which come before the others there.
    SavePacRules {
        /// Rules as ACL text.
        #[ts(as = "String")]
        text: Pasted,
    },
    /// Fetch a list of rules from time to time, and first now. Ignored when its URL is none or saved already, or when there are too
    /// many: ask `check_rule_list` first.
    AddRuleList {
        /// Where.
        #[ts(as = "String")]
        url: Pasted,
        /// What the user calls it; empty for its host.
        name: String,
    },
    /// Fetch it now.
    RefreshRuleList {
        /// The list.
        id: String,
    },
    /// Fetch it so often, counted from now.
    SetRuleListInterval {
        /// The list.
        id: String,
        /// Hours; without it, as the list says, or once a day.
        hours: Option<u32>,
    },
    /// Fetch it by itself, or only when asked to. It stays in force.
    PauseRuleList {
        /// The list.
        id: String,
        /// Only when asked to?
        paused: bool,
    },
    /// Take it away, with its rules.
    RemoveRuleList {
        /// The list.
        id: String,
    },
    /// Save a new profile (`id` absent) or change one. Ignored when the draft has a problem: ask `check` first.
    SaveProfile {
        /// The fields as typed.
        draft: ProfileDraft,
    },
    /// The user says that the plugin that came with a profile may run, as the state shows it.
    ApprovePlugin {
        /// The profile.
        id: String,
        /// The program that was shown. When the profile names another one by now, nothing is approved.
        plugin: String,
        /// Its options that were shown; likewise.
        plugin_opts: String,
    },
    /// The user says that the unsafe method of a profile may be used.
    ApproveLegacy {
        /// The profile.
        id: String,
        /// The method that was shown. When the profile has another one by now, nothing is approved.
        method: String,
    },
    /// Take a profile away; [`Command::UndoDelete`] brings it back.
    DeleteProfile {
        /// The profile.
        id: String,
    },
    /// Bring the last deleted profile back to where it stood.
    UndoDelete,
    /// Move a profile to another place in the list.
    MoveProfile {
        /// The profile.
        id: String,
        /// The new index, from 0; beyond the end means the end.
        to: u32,
    },
    /// Add and change profiles as the preview of this import has shown it. What has become otherwise since is left out.
    Import {
        /// The preview's. Nothing happens when there is a newer one.
        id: u32,
        /// Entries that the user does not want, by their indices.
        leave_out: Vec<u32>,
    },
    /// The user does not want this import: forget what was read for it.
    DropImport {
        /// The preview's.
        id: u32,
    },
    /// Add the subscription that a preview has shown, with what it has brought; if it has brought nothing, it is fetched
    /// later. Nothing happens when there is a newer preview, or when its URL is none or saved already.
    AddSubscription {
        /// The preview's.
        id: u32,
        /// What the user calls it; empty for what it calls itself.
        name: String,
        /// How often to fetch it; without it, as the list says, or once a day. Never more than once an hour.
        interval_hours: Option<u32>,
    },
    /// The user does not want this subscription: forget what was fetched for it.
    DropSubscription {
        /// The preview's.
        id: u32,
    },
    /// Fetch a list now.
    RefreshSubscription {
        /// The subscription; without it, all that are not paused.
        id: Option<String>,
    },
    /// Call a subscription something else.
    RenameSubscription {
        /// The subscription.
        id: String,
        /// The new name; empty for what it calls itself.
        name: String,
    },
    /// Fetch a list so often, counted from now.
    SetSubscriptionInterval {
        /// The subscription.
        id: String,
        /// Hours; without it, as the list says, or once a day.
        hours: Option<u32>,
    },
    /// Fetch a list by itself, or only when asked to.
    PauseSubscription {
        /// The subscription.
        id: String,
        /// Only when asked to?
        paused: bool,
    },
    /// Take a subscription away.
    RemoveSubscription {
        /// The subscription.
        id: String,
        /// Its profiles become the user's own; otherwise they go with it. With the one in use the relay is switched off.
        keep_profiles: bool,
    },
    /// Add the server inside this program as a profile (once), use it and switch on.
    TryBuiltin,
    /// Ask the key store for the key of the secrets once more; the system may ask the user for a password.
    UnlockSecrets,
    /// Keep the secrets in that place from now on, backup and earlier states too.
    MoveSecrets {
        /// Where.
        to: SecretsPlace,
    },
    /// Go to the state that was looked at last. Ignored when that was another one. The state now becomes an earlier one.
    Restore {
        /// From the [`crate::restore::Candidate`].
        id: u32,
    },
    /// The user has read a notice.
    DismissNotice {
        /// From the state.
        id: u32,
    },
    /// The shell tells whether there is a tray icon to come back from.
    TrayPresent {
        /// Is there?
        present: bool,
    },
    /// When to switch on at start, if it was on at the end.
    SetOnAtStart {
        /// When.
        when: OnAtStart,
    },
    /// Whether the desktop is to be told of what needs the user.
    SetNotify {
        /// Is it?
        notify: bool,
    },
    /// What the log notes from now on.
    SetLog {
        /// Lines of this level, and those that matter more.
        level: LogLevel,
        /// A line for each connection too, with where it went.
        targets: bool,
    },
    /// What closing does where there is no tray icon; `Close` is not taken.
    SetOnClose {
        /// Which.
        on_close: OnClose,
    },
    /// Have window and tray speak another language.
    SetLanguage {
        /// Which.
        language: Language,
    },
    /// Have the window look otherwise.
    SetTheme {
        /// How.
        theme: Theme,
    },
}
