//! Tests of servers that the user asked for: which are waiting, and what came of those that ended. Kept in memory alone,
//! and dropped when a profile's server is another one.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Controller;
use crate::check::check;
use crate::document::Document;
use crate::draft::{FieldProblem, ProfileDraft};
use crate::ladder::{Climber, Progress, climb_all};
use crate::plugin::Patience;
use crate::probe::Probe;
use crate::problem::Problem;
use crate::profile::{Profile, Through};
use crate::relay::{NameServers, ProbePatience};
use crate::state::{TestSummary, TestsView};
use crate::tested::Tested;

/// A server as it was tested.
type Server = Result<Through, Problem>;

pub(super) struct Testing {
    tell: mpsc::UnboundedSender<Told>,
    told: mpsc::UnboundedReceiver<Told>,
    call_off: CancellationToken,
    /// What was called off belongs to an earlier one.
    round: u64,
    /// Those that wait or are being tested, by their profiles' ids.
    pending: HashMap<String, Server>,
    /// How many were asked for since there were none.
    asked: u32,
    ended: HashMap<String, (Server, Tested)>,
}

/// A test has come to something.
pub(super) struct Told {
    round: u64,
    id: String,
    tested: Tested,
}

impl Default for Testing {
    fn default() -> Testing {
        let (tell, told) = mpsc::unbounded_channel();
        Testing {
            tell,
            told,
            call_off: CancellationToken::new(),
            round: 0,
            pending: HashMap::new(),
            asked: 0,
            ended: HashMap::new(),
        }
    }
}

impl Testing {
    /// The next test that ends; never while there is none.
    pub(super) async fn told(&mut self) -> Told {
        match self.told.recv().await {
            Some(told) => told,
            None => std::future::pending().await,
        }
    }

    fn summary(&self, id: &str) -> Option<TestSummary> {
        self.ended.get(id).map(|(_, tested)| TestSummary {
            id: id.to_owned(),
            at_ms: tested.at_ms,
            verdict: tested.verdict.clone(),
            first_byte_micros: tested.first_byte_micros(),
        })
    }

    pub(super) fn tested(&self, id: &str) -> Option<Tested> {
        self.ended.get(id).map(|(_, tested)| tested.clone())
    }

    /// What was found out of servers that are not saved any more.
    pub(super) fn forget_changed(&mut self, document: &Document) {
        self.ended.retain(|id, (server, _)| document.profile(id).is_some_and(|profile| profile.through() == *server));
    }

    /// Begins to test those that are not waiting already.
    fn ask<'a>(&mut self, profiles: impl Iterator<Item = &'a Profile>, climber: Climber, tasks: &TaskTracker) {
        if self.pending.is_empty() {
            self.asked = 0;
        }
        let (mut ids, mut servers) = (Vec::new(), Vec::new());
        for profile in profiles {
            if !self.pending.contains_key(&profile.id) {
                let server = profile.through();
                self.pending.insert(profile.id.clone(), server.clone());
                ids.push(profile.id.clone());
                servers.push(server);
            }
        }
        self.asked = self.asked.saturating_add(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        let (tell, round) = (self.tell.clone(), self.round);
        let tell = move |place: usize, progress| {
            if let Progress::Ended(tested) = progress {
                // Without the controller there is nobody to be told.
                let _ = tell.send(Told { round, id: ids[place].clone(), tested });
            }
        };
        tasks.spawn(climb_all(Arc::new(climber), servers, self.call_off.clone(), tell));
    }

    /// Of what has not ended nothing will be told.
    pub(super) fn call_off(&mut self) {
        self.call_off.cancel();
        self.call_off = CancellationToken::new();
        self.round += 1;
        self.pending.clear();
    }

    /// No test is begun any more.
    pub(super) fn end(&mut self) {
        self.call_off();
        self.call_off.cancel();
    }
}

impl Controller {
    pub(super) fn test_profile(&mut self, id: &str) {
        let climber = self.climber();
        self.testing.ask(self.document.profile(id).into_iter(), climber, &self.tasks);
    }

    pub(super) fn test_all(&mut self) {
        let climber = self.climber();
        self.testing.ask(self.document.profiles.iter(), climber, &self.tasks);
    }

    pub(super) fn set_probe(&mut self, url: &str, name_server: &str) {
        if Probe::new(url, name_server).is_ok() {
            url.trim().clone_into(&mut self.document.settings.test_url);
            name_server.trim().clone_into(&mut self.document.settings.test_name_server);
            self.changed();
        }
    }

    /// A test has ended. It counts if its profile still leads to the server that was tested.
    pub(super) fn test_ended(&mut self, told: Told) {
        let Told { round, id, tested } = told;
        if round != self.testing.round {
            return;
        }
        let Some(server) = self.testing.pending.remove(&id) else { return };
        if self.document.profile(&id).is_some_and(|profile| profile.through() == server) {
            self.member_tested(&id, &tested);
            self.testing.ended.insert(id, (server, tested));
        }
    }

    /// Tests what stands in the editor, beside the task. Without an answer when it was called off.
    pub(super) fn answer_draft_test(
        &self,
        draft: &ProfileDraft,
        mut answer: oneshot::Sender<Result<Tested, Vec<FieldProblem>>>,
    ) {
        let saved = draft.id.as_deref().and_then(|id| self.document.profile(id));
        match check(draft, saved) {
            Err(problems) => drop(answer.send(Err(problems))),
            Ok(profile) => {
                let (climber, server, call_off) =
                    (self.climber(), profile.through(), self.testing.call_off.child_token());
                self.tasks.spawn(async move {
                    let climbing = climber.climb(&server, &call_off);
                    tokio::pin!(climbing);
                    let tested = tokio::select! {
                        tested = &mut climbing => tested,
                        () = answer.closed() => {
                            call_off.cancel();
                            climbing.await
                        }
                    };
                    if let Some(tested) = tested {
                        // Whoever asked may have gone.
                        let _ = answer.send(Ok(tested));
                    }
                });
            }
        }
    }

    pub(super) fn tests_view(&self) -> TestsView {
        let profiles = self.document.profiles.iter();
        let waiting = profiles.clone().filter(|profile| self.testing.pending.contains_key(&profile.id));
        let settings = &self.document.settings;
        TestsView {
            waiting: waiting.map(|profile| profile.id.clone()).collect(),
            asked: self.testing.asked,
            ended: profiles.filter_map(|profile| self.testing.summary(&profile.id)).collect(),
            url: settings.test_url.clone(),
            name_server: settings.test_name_server.clone(),
        }
    }

    pub(super) fn climber(&self) -> Climber {
        climber(&self.document, self.deps.patience)
    }
}

fn climber(document: &Document, patience: Patience) -> Climber {
    let settings = &document.settings;
    // A hand at the file may have written something else.
    let probe = Probe::new(&settings.test_url, &settings.test_name_server).unwrap_or_default();
    Climber::new(probe, NameServers::System, ProbePatience::default(), patience)
}
