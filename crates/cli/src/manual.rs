//! `parasol manual`: the pages of `man`, taken from the command line's one definition; and one for the desktop program, of
//! what it can be told.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgAction, Command, CommandFactory as _};
use clap_mangen::Man;
use parasol_app::start;

use crate::args::{CommandLine, ManualArgs};
use crate::fault::Fault;

pub(crate) fn manual(args: &ManualArgs) -> Result<(), Fault> {
    let folder = &args.folder;
    let failed = |source| Fault::Manual { folder: folder.clone(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    pages(folder).map_err(failed)
}

fn pages(folder: &Path) -> std::io::Result<()> {
    // Itself and every command below it that is not hidden.
    clap_mangen::generate_to(CommandLine::command().disable_help_subcommand(true), folder)?;
    let mut page = Vec::new();
    Man::new(desktop_program()).render(&mut page)?;
    fs::write(folder.join("parasol-desktop.1"), page)
}

/// The desktop program as it can be started. It reads its arguments itself, from the same list.
fn desktop_program() -> Command {
    let option = |(name, means): &(&'static str, &'static str)| {
        Arg::new(*name).long(name.trim_start_matches("--")).action(ArgAction::SetTrue).help(*means)
    };
    let links =
        Arg::new("LINK").help("ss:// and ssconf:// links, shown in the window; nothing is saved before you say so");
    Command::new("parasol-desktop")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A Shadowsocks client: a tray icon and a small window over a fast relay")
        .long_about(DESKTOP)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(start::OPTIONS.iter().map(option))
        .arg(links.num_args(0..))
}

const DESKTOP: &str = "\
Starts Parasol, or tells the one that runs for this user what it was started for, and leaves.\n\n\
parasol(1) does the same in a terminal, and speaks to the one that runs.";

/// A command that people are shown, and its long options.
#[cfg(test)]
pub(crate) struct Shown {
    /// Its name, behind those of the commands that it belongs to.
    pub(crate) path: Vec<String>,
    /// Without the dashes.
    pub(crate) options: Vec<String>,
}

/// This command and all below it.
#[cfg(test)]
pub(crate) fn shown(command: &Command) -> Vec<Shown> {
    let options = command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(Arg::get_long);
    let name = command.get_name().to_owned();
    let mut all = vec![Shown { path: vec![name.clone()], options: options.map(str::to_owned).collect() }];
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()).flat_map(shown) {
        let path = [vec![name.clone()], below.path].concat();
        all.push(Shown { path, ..below });
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn page(folder: &Path, name: &str) -> String {
        // What roff has a sign for is written by it.
        fs::read_to_string(folder.join(format!("{name}.1"))).unwrap().replace("\\-", "-")
    }

    #[test]
    fn every_command_has_a_page_with_its_options_and_nothing_else_has() {
        let folder = tempfile::tempdir().unwrap();
        pages(folder.path()).unwrap();
        let mut names = BTreeSet::from(["parasol-desktop.1".to_owned()]);
        for Shown { path, options } in shown(&CommandLine::command()) {
            let name = path.join("-");
            let page = page(folder.path(), &name);
            for option in options {
                assert!(page.contains(&format!("--{option}")), "{name} says nothing of --{option}");
            }
            names.insert(format!("{name}.1"));
        }
        assert!(names.contains("parasol-proxy-release.1") && !names.contains("parasol-proxy-guard.1"), "{names:?}");
        let there: BTreeSet<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(there, names);
    }

    #[test]
    fn the_page_of_the_desktop_program_has_all_that_it_can_be_told() {
        let folder = tempfile::tempdir().unwrap();
        pages(folder.path()).unwrap();
        let page = page(folder.path(), "parasol-desktop");
        for (option, means) in start::OPTIONS {
            assert!(page.contains(option) && page.contains(means), "{option} in {page}");
        }
        assert!(page.contains("LINK"));
    }

    #[test]
    fn the_same_pages_come_out_every_time_and_take_the_place_of_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("parasol.1"), "older").unwrap();
        pages(folder.path()).unwrap();
        let first = page(folder.path(), "parasol");
        pages(folder.path()).unwrap();
        assert!(first.len() > 500);
        assert_eq!(page(folder.path(), "parasol"), first);
    }
}
