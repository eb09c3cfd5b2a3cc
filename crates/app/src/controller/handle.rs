//! `Handle`: how the tray, the window, the terminal and the tests speak to the controller.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parasol_proto::legacy::StreamMethod;
use parasol_proto::{Method, Password};
use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use super::importing::Offer;
use crate::backup::{self, BackUpAnswer, BackupFault, BackupLook};
use crate::command::Command;
use crate::connections::ConnectionsSeen;
use crate::diagnosis::Diagnosis;
use crate::difference::Difference;
use crate::document::Document;
use crate::draft::{FieldProblem, ProfileDraft};
use crate::export::{self, ExportFile, ExportFormat, ExportSaved, Exported};
use crate::import::Given;
use crate::look::{Look, LookFault};
use crate::pasted::Pasted;
use crate::port_draft::{PortDraft, PortFieldProblem};
use crate::preview::ImportPreview;
use crate::probe::{Probe, ProbeFault};
use crate::profile::Profile;
use crate::restore::{Candidate, EarlierState, Origin};
use crate::routing;
use crate::rule_hits::RuleHits;
use crate::rule_list::RuleListFault;
use crate::rules::{Explained, RulesPreview};
use crate::sample::Watched;
use crate::secrets::Keys;
use crate::state::{AppState, MethodView};
use crate::store::EarlierStates;
use crate::subscription::{SubscriptionPreview, SubscriptionUrl};
use crate::tested::Tested;
use crate::traffic::{Figures, ProfileUse, TrafficRange, TrafficSeen};

/// What the task is asked.
pub(super) enum Request {
    Command(Command),
    Check(ProfileDraft, oneshot::Sender<Vec<FieldProblem>>),
    CheckPort(PortDraft, oneshot::Sender<Vec<PortFieldProblem>>),
    Password(String, oneshot::Sender<Option<Zeroizing<String>>>),
    Profiles(oneshot::Sender<Vec<Profile>>),
    Offer(Box<Offer>, oneshot::Sender<ImportPreview>),
    Export(Vec<String>, ExportFormat, oneshot::Sender<Exported>),
    PreviewSubscription(SubscriptionUrl, oneshot::Sender<SubscriptionPreview>),
    Rules(oneshot::Sender<String>),
    PacRules(oneshot::Sender<String>),
    Document(oneshot::Sender<Kept>),
    Hold(Box<Document>, Origin, oneshot::Sender<Candidate>),
    Held(u32, oneshot::Sender<Option<Document>>),
    Tested(String, oneshot::Sender<Option<Tested>>),
    TestDraft(ProfileDraft, oneshot::Sender<Result<Tested, Vec<FieldProblem>>>),
    Diagnose(oneshot::Sender<watch::Receiver<Diagnosis>>),
    DiagnosisReport(bool, oneshot::Sender<Option<String>>),
    CheckRuleList(SubscriptionUrl, oneshot::Sender<Option<RuleListFault>>),
    RuleHits(oneshot::Sender<RuleHits>),
    Explain(String, oneshot::Sender<Option<Explained>>),
    Now(oneshot::Sender<()>),
    Started { at_login: bool },
    Watch(mpsc::Sender<Watched>),
    Figures(oneshot::Sender<Figures>),
    Traffic(TrafficRange, oneshot::Sender<TrafficSeen>),
    ProfileUses(oneshot::Sender<Vec<ProfileUse>>),
    WatchConnections(mpsc::Sender<ConnectionsSeen>),
    Quit,
}

/// What is saved, and where; to be read beside the task.
pub(super) struct Kept {
    pub(super) document: Document,
    pub(super) config: PathBuf,
    pub(super) keys: Keys,
}

/// A way to the controller. Clones lead to the same one; with the last of them it ends.
#[derive(Debug, Clone)]
pub struct Handle {
    // Without a bound, because nothing that a person asks for may be lost or wait, and persons are slow.
    ask: mpsc::UnboundedSender<Request>,
    state: watch::Receiver<Arc<AppState>>,
}

impl Handle {
    pub(super) fn new(ask: mpsc::UnboundedSender<Request>, state: watch::Receiver<Arc<AppState>>) -> Handle {
        Handle { ask, state }
    }

    /// Asks for something. The answer is the next state. After the end it does nothing.
    pub fn send(&self, command: Command) {
        self.ask(Request::Command(command));
    }

    /// The state now, and each one that follows. It closes when the controller has ended.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<Arc<AppState>> {
        self.state.clone()
    }

    /// Whether the controller has ended, be it as it should or by a fault of its own: nothing that is asked for is done any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ask.is_closed()
    }

    /// Tells how Parasol was started: by the system because its user has logged in, or by somebody. What was on when it ended
    /// may be switched on now, as the user has set it.
    pub fn started(&self, at_login: bool) {
        self.ask(Request::Started { at_login });
    }

    /// The state once everything that was sent before is obeyed. `None` when Parasol is ending.
    pub async fn now(&self) -> Option<Arc<AppState>> {
        // The state that follows from what was asked before is shown before this is answered.
        self.answer(Request::Now).await?;
        Some(self.state.borrow().clone())
    }

    /// The last two minutes at once, then a sample each second, until the receiver is dropped. A receiver that does
    /// not keep up misses samples.
    #[must_use]
    pub fn watch(&self) -> mpsc::Receiver<Watched> {
        /// A few seconds of a window that is busy drawing.
        const BEHIND: usize = 8;
        let (watcher, watched) = mpsc::channel(BEHIND);
        self.ask(Request::Watch(watcher));
        watched
    }

    /// How much has moved today and this month, and what each port carries now. `None` when Parasol is ending.
    pub async fn figures(&self) -> Option<Figures> {
        self.answer(Request::Figures).await
    }

    /// How much has moved, that far back. `None` when Parasol is ending.
    pub async fn traffic(&self, range: TrafficRange) -> Option<TrafficSeen> {
        self.answer(|answer| Request::Traffic(range, answer)).await
    }

    /// How much has gone through each profile that was used, and when it was used last. `None` when Parasol is ending.
    pub async fn profile_uses(&self) -> Option<Vec<ProfileUse>> {
        self.answer(Request::ProfileUses).await
    }

    /// All connections at once, open ones and the last that ended, then what is new each second, until the receiver is
    /// dropped. A receiver that does not keep up is told of it later, and misses nothing.
    #[must_use]
    pub fn watch_connections(&self) -> mpsc::Receiver<ConnectionsSeen> {
        let (watcher, watched) = mpsc::channel(1);
        self.ask(Request::WatchConnections(watcher));
        watched
    }

    /// Everything that is wrong with a draft; what has a problem is not saved.
    pub async fn check(&self, draft: ProfileDraft) -> Vec<FieldProblem> {
        self.answer(|answer| Request::Check(draft, answer)).await.unwrap_or_default()
    }

    /// Everything that is wrong with a port's draft; what has a problem is not saved.
    pub async fn check_port(&self, draft: PortDraft) -> Vec<PortFieldProblem> {
        self.answer(|answer| Request::CheckPort(draft, answer)).await.unwrap_or_default()
    }

    /// The methods that can be chosen, the ones to prefer first and the unsafe ones last.
    #[must_use]
    pub fn methods(&self) -> Vec<MethodView> {
        let all = Method::ALL.into_iter().chain(StreamMethod::all().map(Method::Stream));
        let view = |method: Method| MethodView {
            name: method.name().to_owned(),
            legacy: method.is_legacy(),
            one_time_auth: method.has_one_time_auth(),
        };
        all.map(view).collect()
    }

    /// A saved profile's password, for the user who asked to see it. `None` when there is no such profile, or its
    /// password is still sealed.
    pub async fn password(&self, id: &str) -> Option<Zeroizing<String>> {
        self.answer(|answer| Request::Password(id.to_owned(), answer)).await.flatten()
    }

    /// What stands in a text, a file or a picture, and what [`Command::Import`] would do with it. It is read and compared
    /// beside the controller, which waits for none of it.
    pub async fn preview_import(&self, bytes: Zeroizing<Vec<u8>>) -> ImportPreview {
        self.preview(Given::Bytes(bytes)).await
    }

    /// The same for what was looked at because the user asked for it: the screen, or the clipboard.
    pub async fn preview_seen(&self, seen: Result<Given, LookFault>) -> Look {
        match seen {
            Ok(given) => Look::Seen { preview: self.preview(given).await },
            Err(fault) => Look::Failed { fault },
        }
    }

    /// The same for the profiles of the state that was looked at last: they alone are taken, and nothing else goes with them.
    pub async fn preview_candidate(&self, id: u32) -> ImportPreview {
        let held = self.answer(|answer| Request::Held(id, answer)).await.flatten();
        let Some(document) = held else { return ImportPreview::nothing() };
        let written = tokio::task::spawn_blocking(move || document.profiles_alone().to_bytes()).await;
        let Ok(bytes) = written else { return ImportPreview::nothing() };
        self.preview(Given::Bytes(bytes)).await
    }

    async fn preview(&self, given: Given) -> ImportPreview {
        let profiles = self.answer(Request::Profiles).await.unwrap_or_default();
        let read = tokio::task::spawn_blocking(move || Box::new(Offer::new(given, &profiles)));
        let Ok(offer) = read.await else { return ImportPreview::nothing() };
        self.answer(|answer| Request::Offer(offer, answer)).await.unwrap_or_else(ImportPreview::nothing)
    }

    /// Saved profiles for another program, because the user asked for them. It holds their passwords.
    pub async fn export(&self, ids: Vec<String>, format: ExportFormat) -> Exported {
        let nothing = || Exported { text: Zeroizing::default(), left_out: Vec::new(), locked: Vec::new() };
        self.answer(|answer| Request::Export(ids, format, answer)).await.unwrap_or_else(nothing)
    }

    /// Saves them in a file, for its owner alone; what had the name is replaced whole or not at all.
    pub async fn export_to(&self, path: PathBuf, ids: Vec<String>, file: ExportFile) -> ExportSaved {
        let exported = self.export(ids, file.format()).await;
        let saved = tokio::task::spawn_blocking(move || file.save(&path, &exported));
        saved.await.unwrap_or_else(|error| ExportSaved::Failed { cause: error.to_string() })
    }

    /// Writes a text that the window shows into a file for the user alone.
    pub async fn save_text(&self, path: PathBuf, text: String) -> ExportSaved {
        let written = path.display().to_string();
        match tokio::task::spawn_blocking(move || export::save(&path, text.as_bytes())).await {
            Ok(Ok(())) => ExportSaved::Done { path: written },
            Ok(Err(error)) => ExportSaved::Failed { cause: error.to_string() },
            Err(error) => ExportSaved::Failed { cause: error.to_string() },
        }
    }

    /// The QR code of a saved profile's link as an SVG document; `None` when it has no link, or too long a one.
    pub async fn qr(&self, id: &str) -> Option<Zeroizing<String>> {
        let Exported { text, .. } = self.export(vec![id.to_owned()], ExportFormat::Links).await;
        let link = text.lines().next()?;
        export::qr_svg(link).ok().map(Zeroizing::new)
    }

    /// What stands in the list behind this URL, and what [`Command::AddSubscription`] would do with it. It is fetched now.
    pub async fn preview_subscription(&self, url: Pasted) -> SubscriptionPreview {
        let url = SubscriptionUrl::from(url.as_str());
        let preview = self.answer(|answer| Request::PreviewSubscription(url, answer)).await;
        preview.unwrap_or_else(SubscriptionPreview::nothing)
    }

    /// The user's own rules as they were written.
    pub async fn rules(&self) -> String {
        self.answer(Request::Rules).await.unwrap_or_default()
    }

    /// What [`Command::SaveRules`] would put in force.
    pub async fn preview_rules(&self, text: Pasted) -> RulesPreview {
        let nothing = RulesPreview { rules: 0, refused: Vec::new(), more: 0, too_long: false };
        tokio::task::spawn_blocking(move || routing::preview(text.as_str())).await.unwrap_or(nothing)
    }

    /// The user's own rules for the script alone, as they were written.
    pub async fn pac_rules(&self) -> String {
        self.answer(Request::PacRules).await.unwrap_or_default()
    }

    /// What [`Command::SavePacRules`] would put in force.
    pub async fn preview_pac_rules(&self, text: Pasted) -> RulesPreview {
        let nothing = RulesPreview { rules: 0, refused: Vec::new(), more: 0, too_long: false };
        tokio::task::spawn_blocking(move || routing::preview_pac(text.as_str())).await.unwrap_or(nothing)
    }

    /// Why no list of rules is fetched from there; [`Command::AddRuleList`] is ignored then.
    pub async fn check_rule_list(&self, url: Pasted) -> Option<RuleListFault> {
        let url = SubscriptionUrl::from(url.as_str());
        self.answer(|answer| Request::CheckRuleList(url, answer)).await.flatten()
    }

    /// What the rules have decided since Parasol was started.
    pub async fn rule_hits(&self) -> RuleHits {
        self.answer(Request::RuleHits).await.unwrap_or_default()
    }

    /// The states before this one, the newest first.
    pub async fn earlier_states(&self) -> Vec<EarlierState> {
        let Some(Kept { document, config, keys }) = self.answer(Request::Document).await else { return Vec::new() };
        let list = move || {
            let states = EarlierStates::in_dir(&config);
            let read = |until_ms| {
                Some(EarlierState::of(until_ms, &Difference::between(&document, &states.read(until_ms, &keys)?)))
            };
            states.list().into_iter().filter_map(read).collect()
        };
        tokio::task::spawn_blocking(list).await.unwrap_or_default()
    }

    /// Looks at the state that ended then: what going back to it would change. `None` when it is gone, or cannot be read.
    pub async fn look_at_earlier(&self, until_ms: u64) -> Option<Candidate> {
        let Kept { config, keys, .. } = self.answer(Request::Document).await?;
        let read = move || EarlierStates::in_dir(&config).read(until_ms, &keys);
        let document = tokio::task::spawn_blocking(read).await.ok()??;
        self.answer(|answer| Request::Hold(Box::new(document), Origin::Earlier, answer)).await
    }

    /// Writes everything, secrets too, into one file, which `passphrase` alone opens if there is one.
    pub async fn back_up(&self, path: PathBuf, passphrase: Option<Password>) -> BackUpAnswer {
        let Some(Kept { document, .. }) = self.answer(Request::Document).await else {
            return BackUpAnswer::Failed { fault: BackupFault::File { cause: "it has ended".to_owned() } };
        };
        let missing = u32::try_from(document.still_sealed()).unwrap_or(u32::MAX);
        let shown = path.display().to_string();
        let written =
            tokio::task::spawn_blocking(move || backup::write(&path, &backup::seal(&document, passphrase.as_ref())?));
        match written.await.unwrap_or_else(|error| Err(BackupFault::File { cause: error.to_string() })) {
            Ok(()) => BackUpAnswer::Done { path: shown, missing },
            Err(fault) => BackUpAnswer::Failed { fault },
        }
    }

    /// Looks at a backup: what going to it would change.
    pub async fn look_at_backup(&self, path: PathBuf, passphrase: Option<Password>) -> BackupLook {
        let opened = tokio::task::spawn_blocking(move || backup::open(&backup::read(&path)?, passphrase.as_ref()));
        let opened = opened.await.unwrap_or_else(|error| Err(BackupFault::File { cause: error.to_string() }));
        let held = match opened {
            Ok(document) => self.answer(|answer| Request::Hold(Box::new(document), Origin::Backup, answer)).await,
            Err(fault) => return BackupLook::Failed { fault },
        };
        match held {
            Some(candidate) => BackupLook::Open { candidate },
            None => BackupLook::Failed { fault: BackupFault::File { cause: "it has ended".to_owned() } },
        }
    }

    /// Every step of the last test of a profile, as long as that leads to the same server.
    pub async fn tested(&self, id: &str) -> Option<Tested> {
        self.answer(|answer| Request::Tested(id.to_owned(), answer)).await.flatten()
    }

    /// Tests the server of a draft, which is not saved. `Ok(None)` when Parasol ended meanwhile; whoever stops waiting
    /// ends the test.
    ///
    /// # Errors
    /// What is wrong with the draft.
    pub async fn test_draft(&self, draft: ProfileDraft) -> Result<Option<Tested>, Vec<FieldProblem>> {
        self.answer(|answer| Request::TestDraft(draft, answer)).await.transpose()
    }

    /// Diagnoses, and gives the diagnosis as it grows; it is called off when the receiver is dropped, and when another is
    /// begun. `None` when Parasol is ending.
    pub async fn diagnose(&self) -> Option<watch::Receiver<Diagnosis>> {
        self.answer(Request::Diagnose).await
    }

    /// The last diagnosis as a text for others, with the server's address or without. `None` when there was none.
    pub async fn diagnosis_report(&self, with_server: bool) -> Option<String> {
        self.answer(|answer| Request::DiagnosisReport(with_server, answer)).await.flatten()
    }

    /// What is wrong with what servers are to be tested with; [`Command::SetProbe`] is ignored then.
    #[must_use]
    pub fn check_probe(&self, url: &str, name_server: &str) -> Option<ProbeFault> {
        Probe::new(url, name_server).err()
    }

    /// Where this host goes now, or would if the relay were on. `None` when it is no host.
    pub async fn explain(&self, host: String) -> Option<Explained> {
        self.answer(|answer| Request::Explain(host, answer)).await.flatten()
    }

    /// Gives the system proxy back, stops the relay, writes down what is not yet, and returns when that is done, or
    /// after two seconds: a relay that hangs ends with this process, and what a hanging desktop or disk still holds is
    /// seen to at the next start.
    pub async fn shutdown(&self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        self.ask(Request::Quit);
        let mut state = self.state.clone();
        let ended = async { while state.changed().await.is_ok() {} };
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("the controller did not end in time");
        }
    }

    fn ask(&self, request: Request) {
        // It fails only after the end, when there is nobody left to do anything.
        let _ = self.ask.send(request);
    }

    async fn answer<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.ask(request(answer));
        answered.await.ok()
    }
}
