//! The group in use: what its members' traffic and probes tell goes to its [`Chooser`], and the member that this chooses
//! is the profile in use. A running relay changes over to it as when the user chooses another profile.
//!
//! The member is not saved for itself: it is chosen anew whenever Parasol is switched on.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Controller, RelayNow};
use crate::group::chooser::{Change, Chooser, Evidence, Health, Member, Moment, Rules, Why};
use crate::group::{Group, GroupDraft};
use crate::ladder::{Progress, climb_all};
use crate::millis::millis;
use crate::problem::Problem;
use crate::profile::{Profile, Through};
use crate::state::{ChangeReason, GroupView, MemberChange, MemberHealth, MemberView};
use crate::tested::{TestStep, TestVerdict, Tested};

/// A member's server.
type Server = Result<Through, Problem>;

pub(super) struct Choosing {
    started: Instant,
    /// Of the group in use.
    now: Option<Now>,
    /// Profiles or groups have changed since the members were read.
    stale: bool,
    /// Grows with each change of the network: what a probe over the one before tells is not heard.
    network: u32,
    tell: mpsc::UnboundedSender<Probed>,
    told: mpsc::UnboundedReceiver<Probed>,
    call_off: CancellationToken,
}

struct Now {
    group: String,
    chooser: Chooser,
    /// Of each member, by its id.
    servers: HashMap<String, Server>,
    changed: Option<MemberChange>,
}

/// A probe of a member has ended.
pub(super) struct Probed {
    id: String,
    server: Server,
    network: u32,
    tested: Tested,
}

impl Default for Choosing {
    fn default() -> Choosing {
        let (tell, told) = mpsc::unbounded_channel();
        let call_off = CancellationToken::new();
        Choosing { started: Instant::now(), now: None, stale: true, network: 0, tell, told, call_off }
    }
}

impl Choosing {
    /// The next probe that ends; never while there is none.
    pub(super) async fn probed(&mut self) -> Probed {
        match self.told.recv().await {
            Some(probed) => probed,
            None => std::future::pending().await,
        }
    }

    /// Switched on: the member is chosen anew.
    pub(super) fn begin(&mut self) {
        if let Some(now) = &mut self.now {
            now.chooser.begin();
        }
    }

    pub(super) fn members_may_have_changed(&mut self) {
        self.stale = true;
    }

    /// The network is another one: whatever is in use is probed anew.
    pub(super) fn network_changed(&mut self) {
        self.network = self.network.wrapping_add(1);
        if let Some(now) = &mut self.now {
            now.chooser.network_changed();
        }
    }

    /// Nothing is probed any more.
    pub(super) fn end(&mut self) {
        self.call_off.cancel();
    }

    fn moment(&self) -> Moment {
        self.started.elapsed()
    }
}

impl Now {
    /// The member that is used, with its server.
    fn current(&self) -> Option<(&str, &Server)> {
        let id = self.chooser.current()?;
        Some((id, self.servers.get(id)?))
    }

    /// These are the members now; of one whose server is another, nothing is known.
    fn set(&mut self, rules: Rules, group: &Group, profiles: &[Profile]) {
        let members: Vec<(String, Server)> =
            group.among(profiles).map(|profile| (profile.id.clone(), profile.through())).collect();
        self.chooser.set(rules, members.iter().map(|(id, server)| (id.clone(), server.is_ok())));
        for (id, server) in &members {
            if self.servers.get(id).is_some_and(|before| before != server) {
                self.chooser.forget(id);
            }
        }
        self.servers = members.into_iter().collect();
    }
}

impl Controller {
    /// Reads what there is to be known of the members, and uses another one if that follows from it.
    pub(super) fn choose(&mut self) {
        self.keep_chooser();
        self.hear_traffic();
        let at = self.choosing.moment();
        let Some(now) = &mut self.choosing.now else { return };
        if let Some(change) = now.chooser.decide(at, draw()) {
            self.use_member(change);
        } else if let Some(current) = now.chooser.current()
            && self.document.active.as_deref() != Some(current)
            // It is not forgotten when its profile goes.
            && self.document.profile(current).is_some()
        {
            // A profile that came back took its old place.
            self.document.active = Some(current.to_owned());
        }
        self.probe_members(at);
    }

    /// When there will be something to be decided or probed, if nothing happens before.
    pub(super) fn next_look(&self) -> Option<Duration> {
        let at = self.choosing.moment();
        let now = self.choosing.now.as_ref().filter(|_| self.wanted_on && !self.quitting)?;
        Some(now.chooser.next_look(at)?.saturating_sub(at))
    }

    pub(super) fn member_probed(&mut self, probed: Probed) {
        let Probed { id, server, network, tested } = probed;
        let same = |now: &Now| now.servers.get(&id) == Some(&server) && network == self.choosing.network;
        if self.choosing.now.as_ref().is_some_and(same) {
            self.member_tested(&id, &tested);
        }
    }

    /// What a test of a member tells, whoever asked for it.
    pub(super) fn member_tested(&mut self, id: &str, tested: &Tested) {
        let at = self.choosing.moment();
        let Some(now) = &mut self.choosing.now else { return };
        let took = |step| tested.steps.iter().find(|tested| tested.step == step)?.micros;
        let micros = match &tested.verdict {
            TestVerdict::Works | TestVerdict::WorksWithoutUdp => took(TestStep::FirstByte),
            // It is not the server that is at fault.
            TestVerdict::TargetUnreachable => took(TestStep::Handshake),
            TestVerdict::NoResources => return now.chooser.learnt_nothing(id, at),
            _ => None,
        };
        let answered = |micros: u32| Evidence::Answered(Duration::from_micros(micros.into()));
        now.chooser.saw(id, micros.map_or(Evidence::Dead, answered), at);
        // What was not tried again with the same server may now work.
        let works = micros.is_some() && now.chooser.current() == Some(id);
        if works && matches!(&self.relay, RelayNow::Failed { problem, .. } if is_of_the_server(problem)) {
            self.relay = RelayNow::Off;
        }
    }

    /// One chooser for the group in use, with its members as they are saved.
    fn keep_chooser(&mut self) {
        if !std::mem::take(&mut self.choosing.stale) {
            return;
        }
        let Some(group) = self.document.group_in_use() else {
            self.choosing.now = None;
            return;
        };
        let every = self.deps.probe_every;
        let rules = Rules { policy: group.policy, fixed: group.fixed.clone(), dwell: group.dwell(), every };
        let new = || Now {
            group: group.id.clone(),
            chooser: Chooser::new(rules.clone()),
            servers: HashMap::new(),
            changed: None,
        };
        let mut now = self.choosing.now.take().filter(|now| now.group == group.id).unwrap_or_else(new);
        now.set(rules, group, &self.document.profiles);
        self.choosing.now = Some(now);
    }

    /// What the flows of the relay tell of the member that it leads to.
    fn hear_traffic(&mut self) {
        let at = self.choosing.moment();
        let Some(now) = &mut self.choosing.now else { return };
        let Some((id, Ok(through))) = now.current() else { return };
        let id = id.to_owned();
        match &self.relay {
            RelayNow::On(running) if running.spec.through == *through => {
                let heard = self.ledger.testimony();
                let mut saw = |evidence| now.chooser.saw(&id, evidence, at);
                if heard.worked {
                    saw(Evidence::Worked);
                }
                (0..heard.failed.min(u32::from(u8::MAX))).for_each(|_| saw(Evidence::Failed));
                if heard.doubtful > 0 {
                    saw(Evidence::Doubtful);
                }
            }
            RelayNow::Failed { spec, problem } if spec.through == *through && is_of_the_server(problem) => {
                let known = now.chooser.members().iter().any(|member| member.id == id && member.health == Health::Bad);
                if !known {
                    now.chooser.saw(&id, Evidence::Dead, at);
                }
            }
            _ => {}
        }
    }

    /// Nothing of it is saved: it would push states that the user made out of those that are kept.
    fn use_member(&mut self, Change { to, from, why }: Change) {
        let title = |id: &str| self.document.profile(id).map(Profile::title);
        let change = MemberChange {
            at_ms: millis(SystemTime::now()),
            from: from.as_deref().and_then(title),
            to: title(&to).unwrap_or_default(),
            why: reason(why),
        };
        let Some(now) = &mut self.choosing.now else { return };
        tracing::info!(group = now.group, from, to, why = ?why, "another member of the group is used");
        now.changed = Some(change);
        self.document.active = Some(to);
    }

    fn probe_members(&mut self, at: Moment) {
        if !self.wanted_on || self.quitting {
            return;
        }
        let Some(now) = &mut self.choosing.now else { return };
        let due = now.chooser.to_probe(at);
        let members: Vec<(String, Server)> =
            due.into_iter().filter_map(|id| now.servers.get(&id).map(|server| (id.clone(), server.clone()))).collect();
        if members.is_empty() {
            return;
        }
        let climber = Arc::new(self.climber().without_udp());
        let servers = members.iter().map(|(_, server)| server.clone()).collect();
        let (tell, network) = (self.choosing.tell.clone(), self.choosing.network);
        let tell = move |place: usize, progress| {
            if let Progress::Ended(tested) = progress {
                let (id, server) = members[place].clone();
                // Without the controller there is nobody to be told.
                let _ = tell.send(Probed { id, server, network, tested });
            }
        };
        self.tasks.spawn(climb_all(climber, servers, self.choosing.call_off.clone(), tell));
    }

    pub(super) fn select_group(&mut self, id: &str) {
        let Some(group) = self.document.group(id) else { return };
        let usable = group.among(&self.document.profiles).any(|profile| profile.through().is_ok());
        if usable && self.document.group.as_deref() != Some(id) {
            self.document.group = Some(id.to_owned());
            self.changed();
        }
    }

    pub(super) fn save_group(&mut self, draft: &GroupDraft) {
        let saved = draft.id.as_deref().and_then(|id| self.document.group(id));
        let Some(group) = Group::of(draft, saved, &self.document.profiles) else { return };
        match self.document.groups.iter_mut().find(|saved| saved.id == group.id) {
            Some(saved) => *saved = group,
            None => self.document.groups.push(group),
        }
        self.changed();
    }

    pub(super) fn delete_group(&mut self, id: &str) {
        self.document.groups.retain(|group| group.id != id);
        if self.document.group.as_deref() == Some(id) {
            self.document.group = None;
        }
        self.changed();
    }

    pub(super) fn group_views(&self) -> Vec<GroupView> {
        self.document.groups.iter().map(|group| self.group_view(group)).collect()
    }

    fn group_view(&self, group: &Group) -> GroupView {
        let now = self.choosing.now.as_ref().filter(|now| now.group == group.id);
        let known = |id: &str| now?.chooser.members().iter().find(|member| member.id == id);
        let member = |profile: &Profile| member_view(&profile.id, known(&profile.id));
        GroupView {
            id: group.id.clone(),
            name: group.name.clone(),
            policy: group.policy,
            members: group.among(&self.document.profiles).map(member).collect(),
            fixed: group.fixed.clone(),
            dwell_s: group.dwell_s,
            changed: now.and_then(|now| now.changed.clone()),
        }
    }
}

/// Until it is time to look, or something is told.
pub(super) async fn wait(look: Option<Duration>, told: impl Future<Output = ()>) {
    match look {
        Some(look) => drop(tokio::time::timeout(look, told).await),
        None => told.await,
    }
}

fn member_view(id: &str, known: Option<&Member>) -> MemberView {
    let health = match known {
        None => MemberHealth::Unknown,
        Some(member) if !member.usable => MemberHealth::Unusable,
        Some(member) => match member.health {
            Health::Unknown => MemberHealth::Unknown,
            Health::Good => MemberHealth::Good,
            Health::Bad => MemberHealth::Bad,
        },
    };
    MemberView { id: id.to_owned(), health, latency_micros: known.and_then(|member| member.latency).map(micros) }
}

fn reason(why: Why) -> ChangeReason {
    match why {
        Why::Begun => ChangeReason::Begun,
        Why::Gone => ChangeReason::Gone,
        Why::Fixed => ChangeReason::Fixed,
        Why::Failed => ChangeReason::Failed,
        Why::Returned => ChangeReason::Returned,
        Why::Faster(takes, before) => ChangeReason::Faster { micros: micros(takes), before_micros: micros(before) },
    }
}

fn micros(took: Duration) -> u32 {
    u32::try_from(took.as_micros()).unwrap_or(u32::MAX)
}

/// Whether another server would help.
pub(super) fn is_of_the_server(problem: &Problem) -> bool {
    matches!(problem, Problem::PluginMissing { .. } | Problem::PluginFailed { .. } | Problem::PluginSilent { .. })
}

/// Any number.
fn draw() -> u64 {
    let mut bytes = [0; 8];
    // Any member does where the system has no random bytes to give.
    let _ = getrandom::fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}
