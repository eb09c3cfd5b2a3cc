//! `parasol on`, `off`, `toggle`, `status`, `env`, `open`, `quit`.

use clap::{Args, ValueEnum};
use parasol_app::terminal::Shell;

/// `parasol status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Print one JSON object; {"running":false} where none runs
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol env`.
#[derive(Debug, Args)]
pub(crate) struct EnvArgs {
    /// What is to read the command [default: powershell on Windows, else sh]
    #[arg(long, value_name = "SHELL")]
    pub(crate) shell: Option<ShellName>,
    /// The port on 127.0.0.1 [default: that of the Parasol of the desktop, whether it is on or not]
    #[arg(short = 'l', long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) local_port: Option<u16>,
}

/// A shell, as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum ShellName {
    /// sh, bash, zsh
    Sh,
    Fish,
    PowerShell,
    Cmd,
    Nushell,
}

impl From<ShellName> for Shell {
    fn from(name: ShellName) -> Shell {
        match name {
            ShellName::Sh => Shell::Sh,
            ShellName::Fish => Shell::Fish,
            ShellName::PowerShell => Shell::PowerShell,
            ShellName::Cmd => Shell::Cmd,
            ShellName::Nushell => Shell::Nushell,
        }
    }
}

pub(crate) const ENV_EXAMPLES: &str = "\
Examples:
  eval \"$(parasol env)\"                               sh, bash, zsh
  parasol env --shell fish | source                    fish
  parasol env --shell powershell | Invoke-Expression   PowerShell
  parasol env -l 1080                                  for a port that `parasol local` has
It sets http_proxy, https_proxy and all_proxy, and with no_proxy leaves this machine's own addresses out. Many programs look
at these; none has to.
";

/// Behind the options of `parasol status`.
pub(crate) const STATUS: &str = "\
It says whether Parasol is on and through what, where it listens, what moved today and this month (local time, kept over
restarts), and what each port carries now: its rates, its bytes since it was switched on, and the connections that are open.
With --json that is `traffic`, in bytes and bytes a second: today and month with up and down; ports with port, up_rate,
down_rate, up_total, down_total and flows.

This speaks to the Parasol that runs on this user's desktop, and starts none.
Ends with 0 when it is done, 1 when it could not be done, 3 when no Parasol runs.
";

pub(crate) const EXIT_CODES: &str = "\
This speaks to the Parasol that runs on this user's desktop, and starts none.
Ends with 0 when it is done, 1 when it could not be done, 3 when no Parasol runs.
";

#[cfg(test)]
mod tests {
    use super::*;

    /// Which shell it is for by itself depends on the system, and each of them runs on all.
    #[test]
    fn the_example_for_a_shell_names_it() {
        for (reader, name) in [("| source", "fish"), ("| Invoke-Expression", "powershell")] {
            let example = ENV_EXAMPLES.lines().find(|line| line.contains(reader)).expect("there is one");
            assert!(example.contains(&format!("--shell {name} {reader}")), "{example}");
            ShellName::from_str(name, false).expect("it is one that is taken");
        }
    }
}
