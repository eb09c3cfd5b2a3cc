//! `parasol completions`: what a shell completes, taken from the command line's one definition.

use std::io::{self, Write as _};

use clap::CommandFactory as _;

use crate::args::{CommandLine, CompletionsArgs};
use crate::fault::Fault;

pub(crate) fn completions(args: &CompletionsArgs) -> Result<(), Fault> {
    match io::stdout().write_all(&script(args.shell)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::Output(error)),
        _ => Ok(()),
    }
}

fn script(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "parasol", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use clap_complete::Shell;

    use super::*;
    use crate::manual::{Shown, shown};

    #[test]
    fn every_command_and_option_is_completed_in_every_shell() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            for Shown { path, options } in shown(&CommandLine::command()) {
                let name = path.last().unwrap();
                assert!(script.contains(name.as_str()), "{shell} does not know {path:?}");
                for option in options {
                    // Fish has the dashes in a word of its own, and PowerShell in another quote.
                    assert!(script.contains(&option), "{shell} does not know --{option} of {path:?}");
                }
            }
        }
    }
}
