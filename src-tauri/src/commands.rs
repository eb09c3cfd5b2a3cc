//! Commands: what the window may ask for, each handed on in one line. One that is not asynchronous runs on the thread that
//! draws: those hand something over and read nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;

use parasol_app::connections::ConnectionsSeen;
use parasol_app::controller::Handle;
use parasol_app::draft::{FieldProblem, ProfileDraft};
use parasol_app::export::{ExportFormat, Exported};
use parasol_app::look::Look;
use parasol_app::pasted::Pasted;
use parasol_app::port_draft::{PortDraft, PortFieldProblem};
use parasol_app::preview::ImportPreview;
use parasol_app::probe::ProbeFault;
use parasol_app::restore::{Candidate, EarlierState};
use parasol_app::rule_hits::RuleHits;
use parasol_app::rule_list::RuleListFault;
use parasol_app::rules::{Explained, RulesPreview};
use parasol_app::sample::Watched;
use parasol_app::state::MethodView;
use parasol_app::subscription::SubscriptionPreview;
use parasol_app::terminal::{self, TerminalCommand};
use parasol_app::tested::Tested;
use parasol_app::traffic::{ProfileUse, TrafficRange, TrafficSeen};
use parasol_app::{AppState, Command};
use tauri::async_runtime::JoinHandle;
use tauri::ipc::{Channel, InvokeBody, Request};
use tauri::{AppHandle, State};

use crate::{clipboard, quit, screen, window};

/// Asynchronous commands must be able to fail; these do not.
type Answer<T> = Result<T, ()>;

/// Nobody is there to ask.
const ENDED: &str = "what does the work has ended";

/// The whole state now; nothing when there is nobody any more who would change it.
#[tauri::command]
pub(crate) async fn state(parasol: State<'_, Handle>) -> Answer<Option<AppState>> {
    Ok((!parasol.has_ended()).then(|| parasol.state().borrow().as_ref().clone()))
}

/// Asks for something.
#[tauri::command]
pub(crate) fn send(parasol: State<'_, Handle>, command: Command) -> Result<(), &'static str> {
    if parasol.has_ended() {
        return Err(ENDED);
    }
    parasol.send(command);
    Ok(())
}

/// What is wrong with a draft.
#[tauri::command]
pub(crate) async fn check(parasol: State<'_, Handle>, draft: ProfileDraft) -> Answer<Vec<FieldProblem>> {
    Ok(parasol.check(draft).await)
}

/// What is wrong with a port's draft.
#[tauri::command]
pub(crate) async fn check_port(parasol: State<'_, Handle>, draft: PortDraft) -> Answer<Vec<PortFieldProblem>> {
    Ok(parasol.check_port(draft).await)
}

/// The commands that have a terminal's programs go through the local port.
#[tauri::command]
pub(crate) async fn terminal_commands(parasol: State<'_, Handle>) -> Answer<Vec<TerminalCommand>> {
    let port = parasol.state().borrow().local_port;
    Ok(terminal::commands(SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
}

/// The methods that can be chosen.
#[tauri::command]
pub(crate) fn methods(parasol: State<'_, Handle>) -> Vec<MethodView> {
    parasol.methods()
}

/// A saved profile's password.
#[tauri::command]
pub(crate) async fn password(parasol: State<'_, Handle>, id: String) -> Result<String, &'static str> {
    parasol.password(&id).await.map(|password| password.as_str().to_owned()).ok_or("there is no such profile")
}

/// What a pasted text would add and change.
#[tauri::command]
pub(crate) async fn preview_import(parasol: State<'_, Handle>, text: Pasted) -> Answer<ImportPreview> {
    Ok(parasol.preview_import(text.into()).await)
}

/// The same for the bytes of a file or a picture, which are the whole body of the call.
#[tauri::command]
pub(crate) async fn preview_import_file(
    parasol: State<'_, Handle>,
    request: Request<'_>,
) -> Result<ImportPreview, &'static str> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err("the body of the call must be the bytes of the file");
    };
    Ok(parasol.preview_import(bytes.clone().into()).await)
}

/// The same for the profiles of the state that was looked at last.
#[tauri::command]
pub(crate) async fn preview_candidate(parasol: State<'_, Handle>, id: u32) -> Answer<ImportPreview> {
    Ok(parasol.preview_candidate(id).await)
}

/// The same for the QR codes on all screens.
#[tauri::command]
pub(crate) async fn look_at_screen(app: AppHandle, parasol: State<'_, Handle>) -> Answer<Look> {
    Ok(parasol.preview_seen(screen::look(&app).await).await)
}

/// The same for what the clipboard holds.
#[tauri::command]
pub(crate) async fn look_at_clipboard(app: AppHandle, parasol: State<'_, Handle>) -> Answer<Look> {
    Ok(parasol.preview_seen(clipboard::look(&app).await).await)
}

/// What the clipboard holds, for the field that somebody pastes into; nothing where it is no text, or longer than a field
/// should be.
#[tauri::command]
pub(crate) async fn pasted_text(app: AppHandle) -> Answer<Option<String>> {
    Ok(clipboard::short(&app).await.map(|text| text.as_str().to_owned()))
}

/// Saved profiles, passwords included, for other programs.
#[tauri::command]
pub(crate) async fn export_profiles(
    parasol: State<'_, Handle>,
    ids: Vec<String>,
    format: ExportFormat,
) -> Answer<Exported> {
    Ok(parasol.export(ids, format).await)
}

/// The QR code of a saved profile's link.
#[tauri::command]
pub(crate) async fn qr(parasol: State<'_, Handle>, id: String) -> Answer<Option<String>> {
    Ok(parasol.qr(&id).await.map(|svg| svg.as_str().to_owned()))
}

/// What stands in the list behind a URL.
#[tauri::command]
pub(crate) async fn preview_subscription(parasol: State<'_, Handle>, url: Pasted) -> Answer<SubscriptionPreview> {
    Ok(parasol.preview_subscription(url).await)
}

/// The user's own rules as they were written.
#[tauri::command]
pub(crate) async fn rules(parasol: State<'_, Handle>) -> Answer<String> {
    Ok(parasol.rules().await)
}

/// What a text of rules would put in force.
#[tauri::command]
pub(crate) async fn preview_rules(parasol: State<'_, Handle>, text: Pasted) -> Answer<RulesPreview> {
    Ok(parasol.preview_rules(text).await)
}

/// The user's own rules for the script alone, as they were written.
#[tauri::command]
pub(crate) async fn pac_rules(parasol: State<'_, Handle>) -> Answer<String> {
    Ok(parasol.pac_rules().await)
}

/// What a text of such rules would put in force.
#[tauri::command]
pub(crate) async fn preview_pac_rules(parasol: State<'_, Handle>, text: Pasted) -> Answer<RulesPreview> {
    Ok(parasol.preview_pac_rules(text).await)
}

/// Why no list of rules is fetched from there.
#[tauri::command]
pub(crate) async fn check_rule_list(parasol: State<'_, Handle>, url: Pasted) -> Answer<Option<RuleListFault>> {
    Ok(parasol.check_rule_list(url).await)
}

/// What the rules have decided.
#[tauri::command]
pub(crate) async fn rule_hits(parasol: State<'_, Handle>) -> Answer<RuleHits> {
    Ok(parasol.rule_hits().await)
}

/// Which way a host goes.
#[tauri::command]
pub(crate) async fn explain(parasol: State<'_, Handle>, host: String) -> Answer<Option<Explained>> {
    Ok(parasol.explain(host).await)
}

/// Every step of the last test of a profile.
#[tauri::command]
pub(crate) async fn tested(parasol: State<'_, Handle>, id: String) -> Answer<Option<Tested>> {
    Ok(parasol.tested(&id).await)
}

/// Tests the server of a draft; of one that is faulty there is nothing to test.
#[tauri::command]
pub(crate) async fn test_draft(parasol: State<'_, Handle>, draft: ProfileDraft) -> Answer<Option<Tested>> {
    Ok(parasol.test_draft(draft).await.ok().flatten())
}

/// What is wrong with what servers are to be tested with.
#[tauri::command]
pub(crate) async fn check_probe(
    parasol: State<'_, Handle>,
    url: String,
    name_server: String,
) -> Answer<Option<ProbeFault>> {
    Ok(parasol.check_probe(&url, &name_server))
}

/// The states before this one.
#[tauri::command]
pub(crate) async fn earlier_states(parasol: State<'_, Handle>) -> Answer<Vec<EarlierState>> {
    Ok(parasol.earlier_states().await)
}

/// What going back to one of them would change.
#[tauri::command]
pub(crate) async fn look_at_earlier(parasol: State<'_, Handle>, until_ms: u64) -> Answer<Option<Candidate>> {
    Ok(parasol.look_at_earlier(until_ms).await)
}

/// How much has moved, that far back; nothing when the program is ending.
#[tauri::command]
pub(crate) async fn traffic(parasol: State<'_, Handle>, range: TrafficRange) -> Answer<Option<TrafficSeen>> {
    Ok(parasol.traffic(range).await)
}

/// How much has gone through each profile, and when last; nothing when the program is ending.
#[tauri::command]
pub(crate) async fn profile_uses(parasol: State<'_, Handle>) -> Answer<Option<Vec<ProfileUse>>> {
    Ok(parasol.profile_uses().await)
}

/// Streams the traffic into the channel, in place of any stream before.
#[tauri::command]
pub(crate) async fn watch(
    parasol: State<'_, Handle>,
    watching: State<'_, Watching>,
    channel: Channel<Watched>,
) -> Answer<()> {
    let mut watched = parasol.watch();
    watching.start(tauri::async_runtime::spawn(async move {
        while let Some(seen) = watched.recv().await {
            if channel.send(seen).is_err() {
                return;
            }
        }
    }));
    Ok(())
}

/// Streams the connections into the channel, in place of any stream before.
#[tauri::command]
pub(crate) async fn watch_connections(
    parasol: State<'_, Handle>,
    watching: State<'_, WatchingConnections>,
    channel: Channel<ConnectionsSeen>,
) -> Answer<()> {
    let mut watched = parasol.watch_connections();
    watching.0.start(tauri::async_runtime::spawn(async move {
        while let Some(seen) = watched.recv().await {
            if channel.send(seen).is_err() {
                return;
            }
        }
    }));
    Ok(())
}

/// Ends that stream.
#[tauri::command]
pub(crate) fn unwatch_connections(watching: State<'_, WatchingConnections>) {
    watching.0.stop();
}

/// Ends the stream.
#[tauri::command]
pub(crate) fn unwatch(watching: State<'_, Watching>) {
    watching.stop();
}

/// The page has heard that its window is to close.
#[tauri::command]
pub(crate) fn hears_close(heard: State<'_, window::Heard>) {
    heard.tell();
}

/// Takes the window away; the program goes on.
#[tauri::command]
pub(crate) fn close_window(app: AppHandle) {
    window::destroy(&app);
}

/// Ends the program.
#[tauri::command]
pub(crate) fn quit(app: AppHandle) {
    quit::begin(&app);
}

/// Ends the program, and has another take its place.
#[tauri::command]
pub(crate) fn start_again(app: AppHandle) {
    quit::start_again(&app);
}

/// The stream that the window looks at, if it does.
#[derive(Default)]
pub(crate) struct Watching(Mutex<Option<JoinHandle<()>>>);

/// The same for connections.
#[derive(Default)]
pub(crate) struct WatchingConnections(pub(crate) Watching);

impl Watching {
    pub(crate) fn start(&self, stream: JoinHandle<()>) {
        self.replace(Some(stream));
    }

    /// Ends the stream; the controller stops sampling for it.
    pub(crate) fn stop(&self) {
        self.replace(None);
    }

    fn replace(&self, stream: Option<JoinHandle<()>>) {
        let mut current = self.0.lock().expect("nothing panics while it is held");
        if let Some(before) = std::mem::replace(&mut *current, stream) {
            before.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    /// What the thread that draws does itself, in the order that it was asked.
    const AT_ONCE: [&str; 10] = [
        "send",
        "methods",
        "unwatch_connections",
        "unwatch",
        "hears_close",
        "close_window",
        "quit",
        "start_again",
        "end_diagnosis",
        "unwatch_log",
    ];

    #[test]
    fn no_command_that_reads_anything_runs_on_the_thread_that_draws() {
        let files = [
            include_str!("commands.rs"),
            include_str!("copy.rs"),
            include_str!("diagnosis.rs"),
            include_str!("dropped.rs"),
            include_str!("files.rs"),
            include_str!("links.rs"),
            include_str!("log.rs"),
            include_str!("login_start.rs"),
            include_str!("own_files.rs"),
        ];
        let in_file = |file: &'static str| file.split("#[tauri::command]\npub(crate) ").skip(1);
        let all: Vec<&str> = files.into_iter().flat_map(in_file).collect();
        let (_, handled) = include_str!("lib.rs").split_once("generate_handler![").expect("they are handled there");
        let (handled, _) = handled.split_once(']').expect("the list ends");
        assert_eq!(all.len(), handled.matches("::").count(), "a file with commands is missing here");
        let sync = all.iter().filter_map(|command| command.strip_prefix("fn ")?.split('(').next());
        assert_eq!(sync.collect::<Vec<_>>(), AT_ONCE);
    }
}
