//! The TypeScript twins of the types that cross the glass stand in `ui/src/backend/bindings/` and are committed. They
//! must be what the code says, no more and no less. To write them anew after a change:
//!
//! ```text
//! PARASOL_WRITE_BINDINGS=1 cargo test -p parasol-app --test bindings
//! ```
//! (The tests that ts-rs makes by itself write them at every run; then none could ever be found to be stale.)

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use parasol_app::backup::{BackUpAnswer, BackupLook};
use parasol_app::connections::ConnectionsSeen;
use parasol_app::diagnosis::Diagnosis;
use parasol_app::draft::{FieldProblem, ProfileDraft};
use parasol_app::dropped::DroppedFile;
use parasol_app::export::{ExportFile, ExportFormat, ExportSaved, Exported};
use parasol_app::handed::Handed;
use parasol_app::log::LogSeen;
use parasol_app::login_start::LoginStartView;
use parasol_app::look::Look;
use parasol_app::opener::OpenerView;
use parasol_app::own_files::{FileShown, OwnFile, OwnFilesView};
use parasol_app::port_draft::PortFieldProblem;
use parasol_app::preview::ImportPreview;
use parasol_app::probe::ProbeFault;
use parasol_app::restore::{Candidate, EarlierState};
use parasol_app::rule_hits::RuleHits;
use parasol_app::rule_list::RuleListFault;
use parasol_app::rules::{Explained, RulesPreview};
use parasol_app::sample::Watched;
use parasol_app::state::MethodView;
use parasol_app::subscription::SubscriptionPreview;
use parasol_app::terminal::TerminalCommand;
use parasol_app::tested::Tested;
use parasol_app::traffic::{ProfileUse, TrafficRange, TrafficSeen};
use parasol_app::{AppState, Command};
use ts_rs::{Config, ExportError, TS};

#[test]
fn the_committed_bindings_are_those_of_the_code() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/backend/bindings");
    let generated = tempfile::tempdir().unwrap();
    generate(generated.path()).unwrap();
    if std::env::var_os("PARASOL_WRITE_BINDINGS").is_some() {
        fs::remove_dir_all(&committed).unwrap();
        generate(&committed).unwrap();
    }
    let (committed, generated) = (files(&committed), files(generated.path()));
    assert!(generated.contains_key("AppState.ts"), "nothing was generated");
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&generated), "write them anew, see the head of this file");
    for (name, text) in &generated {
        assert_eq!(&committed[name], text, "{name}: write them anew, see the head of this file");
    }
}

/// The types that cross by themselves; the rest follows from them.
fn generate(dir: &Path) -> Result<(), ExportError> {
    let config = Config::default().with_out_dir(dir);
    Command::export_all(&config)?;
    AppState::export_all(&config)?;
    Watched::export_all(&config)?;
    ConnectionsSeen::export_all(&config)?;
    LogSeen::export_all(&config)?;
    ProfileDraft::export_all(&config)?;
    FieldProblem::export_all(&config)?;
    PortFieldProblem::export_all(&config)?;
    OpenerView::export_all(&config)?;
    OwnFile::export_all(&config)?;
    FileShown::export_all(&config)?;
    OwnFilesView::export_all(&config)?;
    LoginStartView::export_all(&config)?;
    DroppedFile::export_all(&config)?;
    Handed::export_all(&config)?;
    ImportPreview::export_all(&config)?;
    Look::export_all(&config)?;
    ExportFormat::export_all(&config)?;
    Exported::export_all(&config)?;
    ExportFile::export_all(&config)?;
    ExportSaved::export_all(&config)?;
    SubscriptionPreview::export_all(&config)?;
    MethodView::export_all(&config)?;
    TerminalCommand::export_all(&config)?;
    Tested::export_all(&config)?;
    Diagnosis::export_all(&config)?;
    ProbeFault::export_all(&config)?;
    RulesPreview::export_all(&config)?;
    RuleHits::export_all(&config)?;
    RuleListFault::export_all(&config)?;
    EarlierState::export_all(&config)?;
    Candidate::export_all(&config)?;
    BackUpAnswer::export_all(&config)?;
    BackupLook::export_all(&config)?;
    TrafficRange::export_all(&config)?;
    TrafficSeen::export_all(&config)?;
    ProfileUse::export_all(&config)?;
    Explained::export_all(&config)
}

fn files(dir: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}
