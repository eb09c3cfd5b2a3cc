//! `parasol backup` and `parasol restore`: all that the window has saved in one file, and back.

use parasol_app::backup::{self, BackupFault};
use parasol_app::difference::{Change, Difference, FieldDiffers};
use parasol_app::document::Document;
use parasol_app::plain::plain;
use parasol_app::restore::{Origin, restored};
use parasol_proto::Password;

use crate::args::{BackupArgs, PassphraseArgs, RestoreArgs};
use crate::fault::Fault;
use crate::password;
use crate::profiles::Profiles;
use crate::run::print_line;

/// The environment variable that may hold the passphrase.
pub(crate) const VARIABLE: &str = "PARASOL_PASSPHRASE";

/// Writes the file, and never over another one.
pub(crate) fn backup(args: &BackupArgs) -> Result<(), Fault> {
    let fault = |source| Fault::Backup { path: args.file.clone(), source };
    if args.file.symlink_metadata().is_ok() {
        return Err(Fault::BackupIsThere { path: args.file.clone() });
    }
    let passphrase = passphrase(&args.passphrase)?;
    let document = Profiles::open()?.document;
    let missing = document.still_sealed();
    if missing > 0 && !args.incomplete {
        return Err(Fault::BackupIncomplete { missing });
    }
    backup::write(&args.file, &backup::seal(&document, passphrase.as_ref()).map_err(fault)?).map_err(fault)?;
    let without = if missing > 0 { format!(", without {missing} that are locked") } else { String::new() };
    let shut = match passphrase {
        Some(_) => "it opens with its passphrase alone",
        None => "not encrypted, whoever has the file has the passwords (--passphrase-file FILE protects them)",
    };
    print_line(&format!("saved to {}: {}{without}; {shut}", plain(&args.file.display().to_string()), counts(&document)))
}

/// How much there is to lose.
fn counts(document: &Document) -> String {
    let profiles = document.profiles.iter().filter(|profile| !profile.builtin).count();
    let all = [(profiles, "profile"), (document.subscriptions.len(), "subscription")];
    let counted = all.map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
    counted.join(", ")
}

/// Says what going to the backup changes, and goes there unless that is all that was asked for.
pub(crate) fn restore(args: &RestoreArgs) -> Result<(), Fault> {
    let fault = |source| Fault::Backup { path: args.file.clone(), source };
    let passphrase = passphrase(&args.passphrase)?;
    let opened = backup::read(&args.file).and_then(|bytes| backup::open(&bytes, passphrase.as_ref()));
    let opened = opened.map_err(|source| match source {
        BackupFault::PassphraseNeeded => Fault::NoPassphrase { path: args.file.clone() },
        source => fault(source),
    })?;
    let mut profiles = Profiles::open()?;
    let document = restored(&profiles.document, opened, Origin::Backup);
    let difference = Difference::between(&profiles.document, &document);
    if args.json {
        print_line(&serde_json::to_string(&difference).expect("texts can be written as JSON"))?;
    } else {
        lines(&difference).iter().try_for_each(|line| print_line(line))?;
    }
    if args.preview || difference.is_empty() {
        return if args.json || difference.is_empty() { Ok(()) } else { print_line("nothing saved (--preview)") };
    }
    if profiles.held_by_another() {
        return Err(Fault::HeldByAnother);
    }
    profiles.document = document;
    profiles.save()?;
    if args.json {
        Ok(())
    } else {
        print_line("restored; the state before is in the window under Settings, Earlier states")
    }
}

fn passphrase(args: &PassphraseArgs) -> Result<Option<Password>, Fault> {
    let mut warnings = Vec::new();
    let secret = match &args.passphrase_file {
        Some(path) => Some(password::first_line(path, &mut warnings)?),
        None => password::variable(VARIABLE)?,
    };
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    Ok(secret.map(|secret| secret.expose().into()))
}

/// A line for each that differs.
fn lines(difference: &Difference) -> Vec<String> {
    if difference.is_empty() {
        return vec!["nothing differs".to_owned()];
    }
    let entry = |entry: &parasol_app::difference::EntryDiffers| {
        let what = format!("{}: {}", plain(&entry.list), plain(&entry.title));
        match &entry.change {
            Change::Comes => format!("added    {what}"),
            Change::Goes => format!("removed  {what}"),
            Change::Changes { fields } => {
                let fields: Vec<_> = fields.iter().map(field).collect();
                format!("changed  {what} ({})", fields.join(", "))
            }
        }
    };
    let settings = difference.settings.iter().map(|setting| format!("changed  {}", field(setting)));
    difference.entries.iter().map(entry).chain(settings).collect()
}

fn field(FieldDiffers { name, now, then }: &FieldDiffers) -> String {
    let name = plain(name);
    match (now, then) {
        (None, None) => name,
        (now, then) => {
            let text = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), plain);
            format!("{name} {} → {}", text(now), text(then))
        }
    }
}
