//! `Report`: what becomes of each entry, in lines for a person or as JSON.

use std::path::Path;

use parasol_app::check;
use parasol_app::import::{Differs, Draft, Format, Import, Verdict};
use parasol_app::plain::plain;
use parasol_app::profile::Profile;
use serde_json::{Value, json};

use super::words;
use crate::fault::Fault;
use crate::run::print_line;

/// What was found so far, of one kind after the other.
#[derive(Default)]
pub(super) struct Report {
    lines: Vec<String>,
    added: Vec<Value>,
    changed: Vec<Value>,
    unchanged: Vec<Value>,
    refused: Vec<Value>,
}

impl Report {
    pub(super) fn take(&mut self, path: &Path, import: &Import, verdicts: &[Verdict], saved: &[Profile]) {
        let file = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        if import.format == Format::Parasol {
            let name = plain(&file);
            self.lines.push(format!(
                "note       {name}: the profiles alone are taken; `parasol restore` takes all of a backup"
            ));
        }
        for (entry, verdict) in import.entries.iter().zip(verdicts) {
            let place = plain(&entry.place.to_string());
            let of = |draft: &Draft| {
                json!({ "file": file, "where": place, "name": draft.profile.title(), "server": draft.profile.server,
                    "server_port": draft.profile.port, "method": draft.profile.method, "plugin": draft.profile.plugin,
                    "unused": draft.unused })
            };
            match (&entry.found, verdict) {
                (Err(fault), _) => {
                    let why = words::fault(fault);
                    let at = words::place(&entry.place);
                    self.lines.push(format!("refused    {}, {at}: {why}", plain(&file)));
                    self.refused.push(json!({ "file": file, "where": place, "reason": why, "fault": fault }));
                }
                (Ok(draft), Verdict::Changed { profile, differs }) => {
                    let before = saved.iter().find(|saved| saved.id == *profile).map(Profile::title);
                    let fields: Vec<&str> = differs.iter().map(|difference| words::differs(difference.field)).collect();
                    let title = plain(&before.unwrap_or_default());
                    self.lines.push(format!("changed    {title}: {}{}", fields.join(", "), unused(draft)));
                    let mut value = of(draft);
                    value["profile"] = profile.as_str().into();
                    value["differs"] = differs.iter().map(difference).collect();
                    self.changed.push(value);
                }
                (Ok(draft), verdict) => {
                    let (word, list) = match verdict {
                        Verdict::Added => ("added    ", &mut self.added),
                        _ => ("unchanged", &mut self.unchanged),
                    };
                    let Profile { server, port, method, .. } = &draft.profile;
                    let title = plain(&draft.profile.title());
                    let asks = asks(&draft.profile);
                    let twice = if *verdict == Verdict::Repeated { "  (twice in it)" } else { "" };
                    self.lines.push(format!("{word}  {title}  {server} {port} {method}{asks}{twice}{}", unused(draft)));
                    list.push(of(draft));
                }
            }
        }
    }

    pub(super) fn changes_something(&self) -> bool {
        !self.added.is_empty() || !self.changed.is_empty()
    }

    /// All that was found is refused.
    pub(super) fn takes_nothing(&self) -> bool {
        !self.changes_something() && self.unchanged.is_empty()
    }

    pub(super) fn print(&self, as_json: bool, saved: bool) -> Result<(), Fault> {
        let Report { lines, added, changed, unchanged, refused } = self;
        if as_json {
            let all = json!({ "added": added, "changed": changed, "unchanged": unchanged, "refused": refused, "saved": saved });
            return print_line(&all.to_string());
        }
        lines.iter().try_for_each(|line| print_line(line))?;
        let [added, changed, unchanged, refused] = [added, changed, unchanged, refused].map(Vec::len);
        let end = if saved { "saved" } else { "nothing saved" };
        print_line(&format!("{added} added, {changed} changed, {unchanged} unchanged, {refused} refused; {end}"))
    }
}

fn difference(difference: &parasol_app::import::Difference) -> Value {
    match difference.field {
        Differs::Password | Differs::OneTimeAuth | Differs::Rest => json!({ "field": difference.field }),
        _ => json!(difference),
    }
}

/// What the user is asked about it before it is used.
fn asks(profile: &Profile) -> String {
    let plugin = match profile.plugin.as_str() {
        "" => String::new(),
        plugin => format!(", needs the plugin {} (not approved)", plain(plugin)),
    };
    let unsafe_method = if check::is_legacy(&profile.method) { ", unsafe" } else { "" };
    format!("{unsafe_method}{plugin}")
}

fn unused(draft: &Draft) -> String {
    match &draft.unused[..] {
        [] => String::new(),
        unused => format!("  (nothing is done with {})", plain(&unused.join(", "))),
    }
}
