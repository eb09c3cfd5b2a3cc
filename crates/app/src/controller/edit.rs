//! What each command does to what is wanted and what is saved. None of it takes time: the effects follow by comparing.

use parasol_proto::Method;
use zeroize::{Zeroize, Zeroizing};

use super::secrets::Wish;
use super::{Controller, ProxyNow, RelayNow};
use crate::check::check;
use crate::check_port;
use crate::command::Command;
use crate::draft::{FieldProblem, ProfileDraft};
use crate::plugin::masked;
use crate::port_draft::PortDraft;
use crate::profile::Profile;
use crate::state::{Event, OnClose};

/// The profile that was deleted last, and where it stood.
pub(super) struct Deleted {
    pub(super) profile: Profile,
    at: usize,
    was_active: bool,
    /// The group that was in use, and ended with it.
    group: Option<String>,
}

impl Controller {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::SetOn { on } => self.set_on(on),
            Command::Toggle => self.set_on(!self.wanted_on),
            Command::SelectProfile { id } => self.select(&id),
            Command::SelectGroup { id } => self.select_group(&id),
            Command::SaveGroup { draft } => self.save_group(&draft),
            Command::DeleteGroup { id } => self.delete_group(&id),
            Command::TestProfile { id } => self.test_profile(&id),
            Command::TestAll => self.test_all(),
            Command::CancelTests => self.testing.call_off(),
            Command::SetProbe { url, name_server } => self.set_probe(&url, &name_server),
            Command::SetTimeouts { timeouts } => {
                if timeouts.fits() {
                    self.document.settings.timeout_s.written = timeouts;
                    self.changed();
                }
            }
            Command::SetSystemProxy { mode } => {
                self.document.settings.system_proxy = mode;
                self.try_the_proxy_again();
                self.changed();
            }
            Command::SetLocalPort { port } => self.move_to_port(port),
            Command::SavePort { mut draft } => {
                self.save_port(&draft);
                draft.zeroize();
            }
            Command::DeletePort { id } => {
                self.document.ports.retain(|port| port.id != id);
                self.changed();
            }
            Command::SetMode { mode } => {
                self.document.settings.mode = mode;
                self.route();
                self.changed();
            }
            Command::SetLocalDirect { direct } => {
                self.document.settings.local_direct = direct;
                self.route();
                self.changed();
            }
            Command::SaveRules { text } => self.save_rules(&text),
            Command::SavePacRules { text } => self.save_pac_rules(&text),
            Command::AddRuleList { url, name } => self.add_rule_list(url.as_str().into(), &name),
            Command::RefreshRuleList { id } => self.refresh_rule_list(&id),
            Command::SetRuleListInterval { id, hours } => self.set_rule_list_interval(&id, hours),
            Command::PauseRuleList { id, paused } => self.pause_rule_list(&id, paused),
            Command::RemoveRuleList { id } => self.remove_rule_list(&id),
            Command::SaveProfile { mut draft } => {
                self.save_profile(&draft);
                draft.zeroize();
            }
            Command::ApprovePlugin { id, plugin, plugin_opts } => self.approve_plugin(&id, &plugin, &plugin_opts),
            Command::ApproveLegacy { id, method } => self.approve_legacy(&id, &method),
            Command::DeleteProfile { id } => self.delete(&id),
            Command::UndoDelete => self.undo_delete(),
            Command::MoveProfile { id, to } => self.move_profile(&id, to),
            Command::Import { id, leave_out } => self.import(id, &leave_out),
            Command::DropImport { id } => self.drop_offer(id),
            Command::AddSubscription { id, name, interval_hours } => self.add_subscription(id, &name, interval_hours),
            Command::DropSubscription { id } => self.drop_offered_list(id),
            Command::RefreshSubscription { id } => self.refresh_subscriptions(id.as_deref()),
            Command::RenameSubscription { id, name } => self.rename_subscription(&id, &name),
            Command::SetSubscriptionInterval { id, hours } => self.set_subscription_interval(&id, hours),
            Command::PauseSubscription { id, paused } => self.pause_subscription(&id, paused),
            Command::RemoveSubscription { id, keep_profiles } => self.remove_subscription(&id, keep_profiles),
            Command::TryBuiltin => {
                let builtin = Profile::builtin();
                let id = builtin.id.clone();
                if self.document.profile(&id).is_none() {
                    self.document.profiles.push(builtin);
                    self.changed();
                }
                self.select(&id);
                self.set_on(true);
            }
            Command::CloseConnections { ids } => self.close_connections(&ids),
            Command::UnlockSecrets => self.wish(Wish::Unlock),
            Command::MoveSecrets { to } => self.wish(Wish::Move(to)),
            Command::Restore { id } => self.restore(id),
            Command::DismissNotice { id } => self.notices.dismiss(id),
            Command::TrayPresent { present } => self.tray_present = present,
            Command::SetOnAtStart { when } => {
                self.document.settings.on_at_start = when;
                self.changed();
            }
            Command::SetNotify { notify } => {
                self.document.settings.notify = notify;
                self.changed();
            }
            Command::SetLog { level, targets } => {
                self.document.settings.log_level = level;
                self.document.settings.log_targets = targets;
                self.changed();
            }
            Command::SetOnClose { on_close } => {
                if on_close != OnClose::Close {
                    self.document.settings.on_close = on_close;
                    self.changed();
                }
            }
            Command::SetLanguage { language } => {
                self.document.settings.language = language;
                self.changed();
            }
            Command::SetTheme { theme } => {
                self.document.settings.theme = theme;
                self.changed();
            }
        }
    }

    pub(super) fn check(&self, draft: &ProfileDraft) -> Vec<FieldProblem> {
        check(draft, self.saved_version(draft)).err().unwrap_or_default()
    }

    pub(super) fn password(&self, id: &str) -> Option<Zeroizing<String>> {
        let profile = self.document.profile(id).filter(|profile| !profile.is_locked())?;
        Some(Zeroizing::new(profile.password.as_str().to_owned()))
    }

    pub(super) fn set_on(&mut self, on: bool) {
        if on != self.wanted_on {
            self.session_begins |= on;
            if on {
                self.notices.switched_on();
                self.choosing.begin();
            }
            self.port_refused = None;
            self.good_port = None;
        }
        self.wanted_on = on;
        // Asking again is the user's way to say "try again".
        if let RelayNow::Failed { .. } = self.relay {
            self.relay = RelayNow::Off;
        }
        self.try_the_ports_again();
        self.try_the_proxy_again();
    }

    /// What was in use is gone, or another: nobody's traffic goes through a server that they did not choose. It is said,
    /// for nobody has asked for that.
    pub(super) fn go_off(&mut self) {
        if std::mem::take(&mut self.wanted_on) {
            self.notices.tell(Event::WentOff);
        }
    }

    fn try_the_proxy_again(&mut self) {
        match self.proxy {
            ProxyNow::Failed { left_behind: true, .. } => self.put_back_what_is_left(),
            ProxyNow::Failed { left_behind: false, .. } => self.proxy = ProxyNow::Unset,
            ProxyNow::Set(_) => self.proxy_look.set_again(),
            ProxyNow::Unset | ProxyNow::Changing { .. } => {}
        }
    }

    fn select(&mut self, id: &str) {
        let other = self.document.active.as_deref() != Some(id) || self.document.group.is_some();
        if self.document.profile(id).is_some() && other {
            self.document.active = Some(id.to_owned());
            self.document.group = None;
            self.changed();
        }
    }

    fn saved_version(&self, draft: &ProfileDraft) -> Option<&Profile> {
        self.document.profile(draft.id.as_deref()?)
    }

    fn save_profile(&mut self, draft: &ProfileDraft) {
        let Ok(profile) = check(draft, self.saved_version(draft)) else { return };
        match self.document.profiles.iter_mut().find(|saved| saved.id == profile.id) {
            Some(saved) => *saved = profile,
            None => self.document.add(profile),
        }
        self.changed();
    }

    fn save_port(&mut self, draft: &PortDraft) {
        let Ok(port) = check_port::check(draft, &self.document) else { return };
        match self.document.ports.iter_mut().find(|saved| saved.id == port.id) {
            Some(saved) => *saved = port,
            None => self.document.ports.push(port),
        }
        self.changed();
    }

    fn approve_plugin(&mut self, id: &str, plugin: &str, plugin_opts: &str) {
        let found = self.document.profiles.iter_mut().find(|profile| profile.id == id);
        if let Some(profile) = found.filter(|profile| {
            // As they were shown: nobody has seen what stands behind a hidden value, nor has it a say in what runs.
            profile.plugin == plugin && !profile.opts_locked() && masked(profile.plugin_opts.as_str()) == plugin_opts
        }) {
            profile.plugin_approved = true;
            let list = profile.from_list.as_ref().map(|from| from.subscription.clone());
            if let Some(list) = list {
                self.document.approve_for_list(&list, plugin);
            }
            self.changed();
        }
    }

    fn approve_legacy(&mut self, id: &str, method: &str) {
        let shown = Method::parse_legacy(method).ok();
        let found = self.document.profiles.iter_mut().find(|profile| profile.id == id);
        if let Some(profile) =
            found.filter(|profile| shown.is_some() && Method::parse_legacy(&profile.method).ok() == shown)
        {
            profile.legacy_approved = true;
            self.changed();
        }
    }

    /// Deleting the profile in use also switches off, unless its group has another: nobody's traffic goes through a
    /// server that they did not choose.
    fn delete(&mut self, id: &str) {
        let Some(at) = self.document.profiles.iter().position(|profile| profile.id == id) else { return };
        let profile = self.document.profiles.remove(at);
        let was_active = self.document.active.as_deref() == Some(id);
        let group = self.document.group.clone();
        if was_active && !self.document.pass_on_use(at) {
            self.go_off();
        }
        let group = group.filter(|_| self.document.group.is_none());
        self.deleted = Some(Deleted { profile, at, was_active, group });
        self.changed();
    }

    fn undo_delete(&mut self) {
        let Some(Deleted { profile, at, was_active, group }) = self.deleted.take() else { return };
        // It can be there again: the built-in server has a fixed id and may have been added anew.
        if self.document.profile(&profile.id).is_none() {
            // A relay that was switched on meanwhile is not moved to another server.
            if self.document.active.is_none() || (was_active && !self.wanted_on) {
                self.document.active = Some(profile.id.clone());
                let still = |group: &String| self.document.group(group).is_some_and(|group| group.has(&profile.id));
                if self.document.group.is_none() {
                    self.document.group = group.filter(still);
                }
            }
            self.document.profiles.insert(at.min(self.document.profiles.len()), profile);
            self.changed();
        }
    }

    fn move_profile(&mut self, id: &str, to: u32) {
        let profiles = &mut self.document.profiles;
        let Some(at) = profiles.iter().position(|profile| profile.id == id) else { return };
        let profile = profiles.remove(at);
        let to = usize::try_from(to).unwrap_or(usize::MAX).min(profiles.len());
        profiles.insert(to, profile);
        if to != at {
            self.changed();
        }
    }
}
