//! `Controller`: the one task that owns the state. Commands come in, whole states go out.
//!
//! What the user wants and what is are two values. Commands change what is wanted, at once; [`plan`] compares the two
//! and names the next effect (start the relay, give the system proxy back, …), which runs beside the task, one at a
//! time. When it has ended, the two are compared again, until there is nothing left to do. So the task never waits, and
//! a change of mind in the middle of starting needs no special care. One exception to "one at a time": the system proxy
//! is given back even while something is done to the relay, since that can hang, and with it the user's network.
//!
//! | file | what it knows |
//! |---|---|
//! | `handle` | how others speak to the task |
//! | `plan` | which effect comes next, as pure data |
//! | `deps` | what it works on |
//! | `effect` | what each effect does to this machine |
//! | `saving` | the document on its way to the disk |
//! | `edit` | what each command does to what is wanted and saved |
//! | `last_time` | whether it was on when it ended |
//! | `importing` | what an import would do, until the user agrees |
//! | `routing` | the rules in force, and those that are being read |
//! | `view` | the state, from all of it |
//! | `scripts` | the script (PAC) that programs go by, written and given away |
//! | `running`, `leaving` | the relay that runs, and the ways that it has left |
//! | `ports` | the ports beside the first one |
//! | `port_move` | whether the port that is asked for can be had |
//! | `proxy_look` | what others make of the system proxy while it is set |
//! | `restore` | the state that was looked at, to go to |
//! | `subscriptions`, `lists` | lists of servers that are fetched, and when |
//! | `rule_lists` | lists of rules that are fetched, and put in force |
//! | `fetching` | how both are: what waits, and what is fetched now |
//! | `secrets` | their key, and who has it |
//! | `networks` | changes of the network, and sleeps |
//! | `testing` | the tests that the user asked for |
//! | `diagnosing` | the diagnosis that the user asked for |
//! | `choosing` | the group in use, and the member of it |
//! | `counting` | the history of the traffic |
//! | `watch`, `connections` | the samples and the connections for those who watch |
//! | `client_programs` | whose those connections are |
//! | `figures` | what a terminal is told of the traffic |

mod choosing;
mod client_programs;
mod connections;
mod counting;
mod deps;
mod diagnosing;
mod edit;
mod effect;
mod fetching;
mod figures;
mod handle;
mod importing;
mod last_time;
mod leaving;
mod lists;
mod networks;
mod notices;
mod plan;
mod port_move;
mod ports;
mod proxy_look;
mod restore;
mod routing;
mod rule_lists;
mod running;
mod saving;
mod scripts;
mod secrets;
mod subscriptions;
mod testing;
mod view;
mod watch;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use parasol_platform::key_store::Ask;
use parasol_platform::system_proxy::Lease;
use tokio::sync::{Notify, mpsc, watch as state_channel};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::task::TaskTracker;
use zeroize::Zeroize;

pub use self::deps::{Deps, Desktop};
pub use self::handle::Handle;
pub use self::lists::{Clock, Lists};
pub use self::networks::Network;
#[cfg(test)]
pub(crate) use self::view::empty as empty_state;

use self::choosing::Choosing;
use self::client_programs::ProgramLook;
use self::connections::ConnectionWatchers;
use self::counting::Counting;
use self::diagnosing::Diagnosing;
use self::edit::Deleted;
use self::effect::{Doing, Outcome};
use self::handle::{Kept, Request};
use self::importing::Offered;
use self::last_time::LastTime;
use self::lists::Subscriptions;
use self::networks::Networks;
use self::notices::Notices;
use self::plan::{Effect, SessionSpec};
use self::port_move::PortMove;
use self::proxy_look::ProxyLook;
use self::restore::Held;
use self::routing::Rules;
use self::rule_lists::RuleLists;
use self::running::Running;
use self::saving::Saving;
use self::scripts::Scripts;
use self::secrets::Secrets;
use self::testing::Testing;
use self::watch::Watchers;
use crate::check_port;
use crate::document::Document;
use crate::history::History;
use crate::ledger::Ledger;
use crate::millis::millis;
use crate::problem::Problem;
use crate::rule_list::Bodies;
use crate::state::AppState;
use crate::store::{By, Opened, Store};

/// The task's own: nobody else touches any of this.
pub struct Controller {
    deps: Deps,
    requests: mpsc::UnboundedReceiver<Request>,
    tasks: TaskTracker,

    document: Document,
    wanted_on: bool,
    last_time: LastTime,
    /// Switched on since the relay was last started: its counts start anew, those of a changeover go on.
    session_begins: bool,
    quitting: bool,
    tray_present: bool,
    deleted: Option<Deleted>,
    held: Held,
    notices: Notices,
    /// The import that was shown last and is not done yet.
    offered: Option<Offered>,
    last_offer: u32,
    secrets: Secrets,
    testing: Testing,
    diagnosing: Diagnosing,
    choosing: Choosing,
    networks: Networks,

    rules: Rules,
    scripts: Scripts,
    subscriptions: Subscriptions,
    rule_lists: RuleLists,

    relay: RelayNow,
    /// A port beside the first one has opened, failed or closed.
    port_changed: Arc<Notify>,
    /// Why the relay that is being stopped has failed, if it has.
    stops_with: Option<(SessionSpec, Problem)>,
    /// The other port that is asked for while the relay runs, being looked at.
    port_move: Option<PortMove>,
    /// Why the port that was asked for last is not listened on; the one before still is.
    port_refused: Option<Problem>,
    /// Where the relay has listened in this session: what to go back to.
    good_port: Option<u16>,
    proxy: ProxyNow,
    /// What others have made of it since it was set.
    proxy_look: ProxyLook,
    /// Whether what an earlier run left of the system proxy has been seen to.
    recovered: bool,
    /// The effect that works on the relay now.
    on_relay: Option<Doing>,
    /// The effect that works on the system proxy now.
    on_proxy: Option<Doing>,

    saving: Saving,
    /// Who has changed what is not saved yet.
    unsaved_by: By,
    /// Another Parasol holds the profile file, and with it the system proxy.
    held_by_another: bool,

    ledger: Arc<Ledger>,
    history: History,
    counting: Counting,
    watchers: Watchers,
    connection_watchers: ConnectionWatchers,
    program_look: ProgramLook,
    /// The last to go, so that whoever sees it closed knows that the profile file is free again.
    published: state_channel::Sender<Arc<AppState>>,
}

/// The relay, between effects.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum RelayNow {
    Off,
    /// With the effect that works on it.
    Changing,
    On(Running),
    Failed {
        spec: SessionSpec,
        problem: Problem,
    },
}

/// The system's proxy setting, between effects.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum ProxyNow {
    Unset,
    /// As for the relay.
    Changing {
        was_set: bool,
    },
    Set(Lease),
    Failed {
        problem: Problem,
        /// It may still point at us: it is to be put back when there is a chance to.
        left_behind: bool,
    },
}

impl Controller {
    /// Loads what is saved and starts the task. Parasol starts off; [`Handle::started`] may bring it back on. The task runs
    /// until [`Handle::shutdown`], or until the last handle is gone.
    pub async fn spawn(deps: Deps) -> Handle {
        let dir = deps.paths.config.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let mut opened = Store::open(&dir, SystemTime::now());
            let rules = Rules::of(&opened.document);
            let rule_lists =
                RuleLists::of(&mut opened.document, Bodies::in_dir(&dir).of_another(opened.store.held_by_another()));
            let last_time = LastTime::of(&dir, !opened.store.held_by_another());
            let (counting, anew) = Counting::open(&opened.store, &dir);
            (opened, rules, rule_lists, last_time, counting, anew)
        });
        let (Opened { store, document, events, first }, rules, rule_lists, last_time, counting, anew) =
            opened.await.expect("opening a store does not panic");
        let (ask, requests) = mpsc::unbounded_channel();
        let held_by_another = store.held_by_another();
        let ledger = Arc::new(Ledger::default());
        let secrets = Secrets::new(deps.key_store.clone(), first);
        let tasks = TaskTracker::new();
        let networks = Networks::watch(&deps.network, &tasks);
        let mut controller = Controller {
            deps,
            requests,
            tasks,
            document,
            wanted_on: false,
            last_time,
            session_begins: false,
            quitting: false,
            tray_present: false,
            deleted: None,
            held: Held::default(),
            notices: Notices::default(),
            offered: None,
            last_offer: 0,
            secrets,
            testing: Testing::default(),
            diagnosing: Diagnosing::default(),
            choosing: Choosing::default(),
            networks,
            rules,
            scripts: Scripts::default(),
            subscriptions: Subscriptions::default(),
            rule_lists,
            relay: RelayNow::Off,
            port_changed: Arc::default(),
            stops_with: None,
            port_move: None,
            port_refused: None,
            good_port: None,
            proxy: ProxyNow::Unset,
            proxy_look: ProxyLook::new(),
            // What the other Parasol has set is not a leftover.
            recovered: held_by_another,
            on_relay: None,
            on_proxy: None,
            saving: Saving::Idle { store, unsaved: false },
            unsaved_by: By::default(),
            held_by_another,
            ledger,
            history: History::default(),
            counting,
            watchers: Watchers::default(),
            connection_watchers: ConnectionWatchers::default(),
            program_look: ProgramLook::default(),
            published: state_channel::Sender::new(Arc::new(view::empty())),
        };
        for event in events.into_iter().chain(anew) {
            controller.notices.tell(event);
        }
        controller.read_keys(Ask::Nobody);
        controller.publish();
        let handle = Handle::new(ask, controller.published.subscribe());
        tokio::spawn(controller.run());
        handle
    }

    async fn run(mut self) {
        while !self.settle() {
            let looked = self.next_look();
            let look_at_proxy = self.next_look_at_proxy();
            tokio::select! {
                request = self.requests.recv(), if !self.quitting => match request {
                    Some(request) => self.answer(request),
                    None => self.quit(),
                },
                problem = gave_up(&mut self.relay), if self.on_proxy.is_none() && self.on_relay.is_none() => self.plugin_gave_up(problem),
                (effect, outcome) = done(&mut self.on_relay) => self.effect_ended(effect, outcome),
                (effect, outcome) = done(&mut self.on_proxy) => self.effect_ended(effect, outcome),
                read = ended(self.rules.task()) => self.rules_read(read),
                written = ended(self.scripts.task()) => self.script_written(written),
                saved = ended(self.saving.task()) => self.saved(saved),
                written = ended(self.last_time.task()) => self.last_time.written(written),
                written = ended(self.counting.task()) => self.counting.written(written),
                looked = ended(self.program_look.task()) => self.looked_for_programs(looked),
                answer = self.secrets.answered() => self.key_store_answered(answer),
                () = self.port_changed.notified() => {}
                probed = ended(self.port_move.as_mut().map(PortMove::task)) => self.port_probed(probed),
                stirred = self.subscriptions.fetching.stirred() => self.subscription_stirred(stirred),
                stirred = self.rule_lists.fetching.stirred() => self.rule_list_stirred(stirred),
                () = self.watchers.tick() => self.sample(),
                told = self.testing.told() => self.test_ended(told),
                probed = self.choosing.probed() => self.member_probed(probed),
                change = self.networks.changed() => self.network_changed(&change),
                () = choosing::wait(looked, self.ledger.accused()) => {}
                () = proxy_look::at(look_at_proxy) => self.begin(Effect::LookAtProxy),
            }
        }
        self.subscriptions.fetching.stop().await;
        self.rule_lists.fetching.stop().await;
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Starts what is to be done next and shows how things are. True when the end has come.
    fn settle(&mut self) -> bool {
        self.choose();
        let wanted = self.wanted();
        self.call_off_all_starts_but(wanted.relay.as_ref());
        self.write_script();
        if let Some(effect) = plan::next(&self.world(), &wanted)
            && self.may_begin(&effect)
        {
            self.begin(effect);
        }
        if matches!(&self.relay, RelayNow::On(running) if Some(&running.spec) == wanted.relay.as_ref()) {
            self.carry_on();
            self.change_ports();
        }
        self.fetch_subscriptions();
        self.fetch_rule_lists();
        self.save();
        self.last_time.keep(self.wanted_on, &self.tasks);
        self.keep_traffic();
        let relay_runs = matches!(self.relay, RelayNow::On(_));
        self.watchers.keep_ticking(relay_runs, !self.connection_watchers.is_empty());
        self.publish();
        let written = self.saving.task().is_none() && self.last_time.task().is_none() && self.counting.task().is_none();
        self.quitting && self.on_relay.is_none() && self.on_proxy.is_none() && written
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Command(command) => self.obey(command),
            Request::Check(mut draft, answer) => {
                drop(answer.send(self.check(&draft)));
                draft.zeroize();
            }
            Request::CheckPort(mut draft, answer) => {
                drop(answer.send(check_port::check(&draft, &self.document).err().unwrap_or_default()));
                draft.zeroize();
            }
            Request::Password(id, answer) => drop(answer.send(self.password(&id))),
            Request::Profiles(answer) => drop(answer.send(self.document.profiles.clone())),
            Request::Offer(offer, answer) => drop(answer.send(self.offer(*offer))),
            Request::Export(ids, format, answer) => drop(answer.send(self.export(&ids, format))),
            Request::PreviewSubscription(url, answer) => self.preview_subscription(url, answer),
            Request::Rules(answer) => drop(answer.send(self.document.settings.rules.clone())),
            Request::PacRules(answer) => drop(answer.send(self.document.settings.pac_rules.clone())),
            Request::Document(answer) => {
                let (document, config) = (self.document.clone(), self.deps.paths.config.clone());
                drop(answer.send(Kept { document, config, keys: self.secrets.keys.clone() }));
            }
            Request::Hold(document, origin, answer) => drop(answer.send(self.hold(*document, origin))),
            Request::Held(id, answer) => drop(answer.send(self.held(id))),
            Request::Tested(id, answer) => drop(answer.send(self.testing.tested(&id))),
            Request::TestDraft(mut draft, answer) => {
                self.answer_draft_test(&draft, answer);
                draft.zeroize();
            }
            Request::Diagnose(answer) => drop(answer.send(self.diagnose())),
            Request::DiagnosisReport(with_server, answer) => drop(answer.send(self.diagnosing.report(with_server))),
            Request::CheckRuleList(url, answer) => drop(answer.send(self.check_rule_list(&url))),
            Request::RuleHits(answer) => drop(answer.send(self.rule_hits())),
            Request::Explain(host, answer) => drop(answer.send(self.explain(&host))),
            Request::Now(answer) => drop(answer.send(())),
            Request::Started { at_login } => self.started(at_login),
            Request::Watch(watcher) => {
                if self.watchers.is_empty() {
                    self.read_counters();
                }
                let now_ms = millis(SystemTime::now());
                let (points, sample) = (self.history.points(now_ms), self.sample_now());
                self.watchers.add(watcher, points, sample);
                self.proxy_look.soon();
            }
            Request::Figures(answer) => drop(answer.send(self.figures())),
            Request::Traffic(range, answer) => drop(answer.send(self.traffic_seen(range))),
            Request::ProfileUses(answer) => drop(answer.send(self.profile_uses())),
            Request::WatchConnections(watcher) => self.watch_connections(watcher),
            Request::Quit => self.quit(),
        }
    }

    fn quit(&mut self) {
        self.quitting = true;
        self.testing.end();
        self.diagnosing.end();
        self.choosing.end();
        self.networks.end();
        self.put_back_what_is_left();
    }

    /// Reads the counters, unless they have just been read: that would tell no rate.
    fn read_counters(&mut self) {
        let now = Instant::now();
        if let RelayNow::On(running) = &self.relay
            && self.history.is_due(now)
        {
            self.history.read(now, millis(SystemTime::now()), &running.stats());
        }
        self.count();
    }

    /// Reads the counters and tells who watches.
    fn sample(&mut self) {
        self.read_counters();
        if !self.watchers.is_empty() {
            let sample = self.sample_now();
            self.watchers.tell(&sample, self.history.is_flat());
        }
        self.tell_connections();
    }
}

/// When the relay's plugin has crashed too often; never while there is none.
async fn gave_up(relay: &mut RelayNow) -> Problem {
    match relay {
        RelayNow::On(running) => running.plugin_gave_up().await,
        RelayNow::Off | RelayNow::Changing | RelayNow::Failed { .. } => std::future::pending().await,
    }
}

/// When the effect has ended, which is then not there any more; never if there is none.
async fn done(doing: &mut Option<Doing>) -> (Effect, Result<Outcome, JoinError>) {
    let outcome = ended(doing.as_mut().map(|doing| &mut doing.task)).await;
    match doing.take() {
        Some(Doing { effect, .. }) => (effect, outcome),
        None => std::future::pending().await,
    }
}

/// When the task has ended; never if there is none.
async fn ended<T>(task: Option<&mut JoinHandle<T>>) -> Result<T, JoinError> {
    match task {
        Some(task) => task.await,
        None => std::future::pending().await,
    }
}
