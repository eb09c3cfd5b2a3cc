//! `Report`: what became of lists, in lines for a person or as JSON.

use parasol_app::document::Document;
use parasol_app::plain::plain;
use parasol_app::subscription::{Merged, Subscription};
use serde_json::{Value, json};

use super::{Came, words};

/// What is to be printed.
#[derive(Default)]
pub(super) struct Report {
    lines: Vec<String>,
    values: Vec<Value>,
}

impl Report {
    pub(super) fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    /// All of it.
    pub(super) fn text(self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// A list is new.
    pub(super) fn added(&mut self, document: &Document, id: &str, came: &Came, as_json: bool) {
        let Some(list) = document.subscription(id) else { return };
        let added = came.as_ref().ok().and_then(Option::as_ref).map_or(0, |merged| merged.added);
        if as_json {
            let mut value = named(document, list);
            value["added"] = added.into();
            value["fault"] = json!(came.as_ref().err());
            return self.line(value.to_string());
        }
        if came.is_ok() {
            let profiles = format!("{added} profiles{}", refused(list));
            self.line(format!("added      {}  {}  {profiles}", title(document, id), plain(&list.url.host())));
            self.plugins_that_wait(document, id);
        }
    }

    /// A list was fetched again, or was to be.
    pub(super) fn updated(&mut self, document: &Document, id: &str, came: &Came) {
        let Some(list) = document.subscription(id) else { return };
        let mut value = named(document, list);
        let merged = came.as_ref().ok().copied().flatten();
        for (name, count) in counts(merged) {
            value[name] = json!(count);
        }
        value["fault"] = json!(came.as_ref().err());
        value["words"] = json!(came.as_ref().err().map(words::fault));
        self.values.push(value);
        let title = title(document, id);
        self.line(match came {
            Err(fault) => format!("failed     {title}: {}", words::fault(fault)),
            Ok(None) => format!("unchanged  {title}"),
            Ok(Some(Merged { added, changed, unchanged, removed, kept })) => format!(
                "updated    {title}  {added} added, {changed} changed, {unchanged} unchanged, {removed} removed, {kept} kept because in use{}",
                refused(list)
            ),
        });
        self.plugins_that_wait(document, id);
    }

    /// No further list comes.
    pub(super) fn end(&mut self, as_json: bool) {
        if as_json {
            self.lines = vec![Value::from(std::mem::take(&mut self.values)).to_string()];
        }
    }

    /// All that are saved.
    pub(super) fn list(&mut self, document: &Document, as_json: bool, now_ms: u64) {
        for list in &document.subscriptions {
            let profiles = document.profiles.iter().filter(|profile| profile.is_from(&list.id));
            let gone = profiles.clone().filter(|profile| profile.is_gone()).count();
            let mut value = named(document, list);
            value["locked"] = list.is_locked().into();
            value["paused"] = list.paused.into();
            value["interval_hours"] = list.interval().into();
            value["good_ms"] = json!(list.fetched.good_ms);
            value["next_ms"] = json!(list.due_ms(now_ms));
            value["fault"] = json!(list.fetched.fault);
            value["words"] = json!(list.fetched.fault.as_ref().map(words::fault));
            value["profiles"] = profiles.clone().count().into();
            value["gone"] = gone.into();
            let usage = list.fetched.usage;
            value["usage"] = json!({"used": usage.used, "total": usage.total, "expires_ms": usage.expires_ms});
            self.values.push(value);
            let mut said = vec![title(document, &list.id)];
            said.push(if list.is_locked() { "(locked)".to_owned() } else { plain(&list.url.host()) });
            said.push(format!("{} profiles", profiles.count()));
            said.push(list.fetched.good_ms.map_or("never fetched".to_owned(), |good_ms| {
                format!("fetched {} ago", duration(now_ms.saturating_sub(good_ms)))
            }));
            if list.paused {
                said.push("paused".to_owned());
            } else if let Some(due_ms) = list.due_ms(now_ms) {
                let wait = due_ms.saturating_sub(now_ms);
                said.push(if wait == 0 { "due".to_owned() } else { format!("due in {}", duration(wait)) });
            }
            self.line(said.join("  "));
            if let Some(fault) = &list.fetched.fault {
                self.line(format!("  failed: {}", words::fault(fault)));
            }
            self.plugins_that_wait(document, &list.id);
        }
        if document.subscriptions.is_empty() {
            self.line("no subscription yet; `parasol subscription add` adds one".to_owned());
        }
        self.end(as_json);
    }

    fn plugins_that_wait(&mut self, document: &Document, id: &str) {
        for plugin in document.plugins_to_approve(id) {
            self.line(format!("  waits for approval: the plugin {}", plain(plugin)));
        }
    }
}

/// How it is called, fit to be shown; its id where that is its host, and its URL locked.
pub(super) fn title(document: &Document, id: &str) -> String {
    let shown = document.subscription(id).map(Subscription::shown).filter(|shown| !shown.is_empty());
    plain(shown.as_deref().unwrap_or(id))
}

fn named(document: &Document, list: &Subscription) -> Value {
    json!({ "id": list.id, "title": list.shown(), "host": list.url.host(), "refused": list.fetched.refused,
        "to_approve": document.plugins_to_approve(&list.id) })
}

fn counts(merged: Option<Merged>) -> [(&'static str, Option<u32>); 5] {
    [
        ("added", merged.map(|merged| merged.added)),
        ("changed", merged.map(|merged| merged.changed)),
        ("unchanged", merged.map(|merged| merged.unchanged)),
        ("removed", merged.map(|merged| merged.removed)),
        ("kept", merged.map(|merged| merged.kept)),
    ]
}

fn refused(list: &Subscription) -> String {
    match list.fetched.refused {
        0 => String::new(),
        refused => format!(", {refused} entries not taken"),
    }
}

/// Roughly.
fn duration(ms: u64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
