//! `parasol import`: servers from files of any program into the desktop's profiles.

mod report;
mod words;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;

use parasol_app::import::{self, MAX_PICTURE};
use parasol_app::wiped;
use zeroize::Zeroizing;

use self::report::Report;
use crate::args::ImportArgs;
use crate::fault::Fault;
use crate::profiles::Profiles;

/// Reads every file, tells what becomes of each entry, and saves that unless it was only asked for.
pub(crate) fn import(args: &ImportArgs) -> Result<(), Fault> {
    let mut profiles = Profiles::open()?;
    if profiles.held_by_another() && !args.preview {
        return Err(Fault::HeldByAnother);
    }
    let mut report = Report::default();
    for path in &args.files {
        let bytes = read(path).map_err(|source| unread(path, source))?;
        let import = import::read(&bytes);
        let document = &mut profiles.document;
        let verdicts = import::plan(&import, &document.profiles);
        report.take(path, &import, &verdicts, &document.profiles);
        // The next file is compared with what is saved then.
        document.take(&import, &verdicts, &HashSet::new());
    }
    let save = !args.preview && report.changes_something();
    if save {
        profiles.save()?;
    }
    report.print(args.json, save)?;
    if report.takes_nothing() { Err(Fault::NothingImported) } else { Ok(()) }
}

/// Somebody may have given a link itself. It is not taken, since it stands in the list of processes, nor is it repeated.
fn unread(path: &Path, source: io::Error) -> Fault {
    let text = path.to_string_lossy();
    match text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
        Some("http" | "https" | "ssconf") => Fault::ImportAddress,
        Some(_) => Fault::ImportLink,
        None => Fault::ImportFile { path: path.to_owned(), source },
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    const LIMIT: usize = MAX_PICTURE + 1;
    if path == Path::new("-") {
        return wiped::read(io::stdin().lock(), 0, LIMIT);
    }
    let file = File::open(path)?;
    // A pipe does not say how much will come.
    let expected = usize::try_from(file.metadata()?.len()).unwrap_or(LIMIT);
    wiped::read(file, expected, LIMIT)
}
