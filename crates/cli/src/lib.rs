//! `parasol`: the relay without a window. Reads what was typed, runs one of its commands, and ends with 0 when it was
//! stopped, 1 when it failed while running, 2 when it was asked wrongly, 3 when the Parasol that it was to speak to does not
//! run.
//!
//! What is deliberately not here: anything that sets the desktop's proxy; `proxy` looks at it, and gives back what a
//! Parasol that died has left of it. The profiles are only read by `test`, `check` and `export`, and written by `import`, `restore`
//! and `subscription`.
//!
//! All of the program is in this library, so that the checks of its parsers can reach them; nobody else needs to.

mod args;
mod backup;
mod check;
mod completions;
mod config_file;
mod control;
mod demo;
mod export;
mod fault;
mod import;
mod link;
mod log_fields;
mod manual;
mod networks;
mod password;
mod profiles;
mod proxy;
mod reporter;
mod role;
mod run;
mod screen;
mod settings;
mod stats;
mod subscription;
mod test;
mod words;

use std::future::Future;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::{ContextKind, ErrorKind};
use parasol_app::control::Request;
use parasol_app::log::fields::fields;
use parasol_app::subscription::Fetcher;
use tokio::runtime::Runtime;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::{Command, CommandLine};
use crate::config_file::ConfigFile;
use crate::fault::Fault;
use crate::run::print_text;
use crate::screen::Screen;

/// The program: takes its arguments from the process, and logs to its standard error.
#[must_use]
pub fn main() -> ExitCode {
    let command = match CommandLine::try_parse() {
        Ok(line) => line.command,
        Err(error) => return usage(&error),
    };
    parasol_app::hide_arguments(secret_arguments());
    let screen = Screen::default();
    log_to(&screen, &command);
    match run(&command, &screen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("parasol: {fault}");
            fault.exit_code()
        }
    }
}

/// What would be printed of a configuration file with this text, besides what is wrong with its values as a whole.
///
/// # Errors
/// What would be printed in place of running, when the text cannot be read.
pub fn config_warnings(text: &str) -> Result<Vec<String>, String> {
    let path = Path::new("the file");
    let file = ConfigFile::parse(text, path).map_err(|fault| fault.to_string())?;
    Ok(file.warnings(path))
}

/// What `parasol subscription` prints and ends with when it is given this, for the files in this folder; over a fetcher that
/// reaches the tests' hosts, which the program itself must not.
///
/// # Panics
/// When this is no command line of it.
pub async fn try_subscription(
    line: &[&str],
    config: &Path,
    fetcher: &Fetcher,
    input: &mut (dyn Read + Send),
) -> (String, Result<(), String>) {
    let parsed = CommandLine::try_parse_from(["parasol", "subscription"].iter().chain(line));
    let Ok(CommandLine { command: Command::Subscription(command) }) = parsed else { panic!("no command line") };
    let (text, done) = subscription::subscription(&command, config, fetcher, input).await;
    (text, done.map_err(|fault| fault.to_string()))
}

fn run(command: &Command, screen: &Screen) -> Result<(), Fault> {
    match command {
        Command::Link(command) => return link::link(command),
        Command::Proxy(command) => return proxy::proxy(command),
        Command::Explain(args) => return settings::explain(args),
        Command::Backup(args) => return backup::backup(args),
        Command::Restore(args) => return backup::restore(args),
        Command::Import(args) => return import::import(args),
        Command::Export(args) => return export::export(args),
        Command::Completions(args) => return completions::completions(args),
        Command::Manual(args) => return manual::manual(args),
        _ => {}
    }
    if let Err(error) = parasol_app::raise_descriptor_limit() {
        tracing::warn!("the limit of open connections stays as it was: {error}");
    }
    // The relay has threads of its own; this one waits for signals and draws counters.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Fault::Signals)?;
    to_its_end(runtime, async {
        match command {
            Command::Local(args) => role::local(args, screen).await,
            Command::Tunnel(args) => role::tunnel(args, screen).await,
            Command::Server(args) => role::server(args, screen).await,
            Command::Demo(args) => demo::demo(args, screen).await,
            Command::Test(args) => test::test(args).await,
            Command::Check(args) => check::check(args).await,
            Command::On => control::switch(Request::On).await,
            Command::Off => control::switch(Request::Off).await,
            Command::Toggle => control::switch(Request::Toggle).await,
            Command::Status(args) => control::status(args.json).await,
            Command::Env(args) => control::environment(args).await,
            Command::Open => control::open().await,
            Command::Quit => control::quit().await,
            Command::Link(command) => link::link(command),
            Command::Proxy(command) => proxy::proxy(command),
            Command::Explain(args) => settings::explain(args),
            Command::Backup(args) => backup::backup(args),
            Command::Restore(args) => backup::restore(args),
            Command::Import(args) => import::import(args),
            Command::Export(args) => export::export(args),
            Command::Completions(args) => completions::completions(args),
            Command::Manual(args) => manual::manual(args),
            Command::Subscription(command) => {
                let fetcher = Fetcher::of_this_machine();
                let (text, done) =
                    subscription::subscription(command, &profiles::folder()?, &fetcher, &mut io::stdin()).await;
                print_text(&text)?;
                done
            }
        }
    })
}

/// What a thread does beside it, whose result nobody waits for any more, does not keep the program: a desktop that never
/// answers would do so for ever. Nothing is saved there; what has to end in order is waited for within `work`.
fn to_its_end<T>(runtime: Runtime, work: impl Future<Output = T>) -> T {
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(LINGER);
    done
}

/// Tells links, URLs and passwords from other arguments, which it is shown in their order.
fn secret_arguments() -> impl FnMut(&str) -> bool {
    let mut follows = false;
    move |argument| {
        let glued = argument.starts_with("--password=") || (argument.starts_with("-k") && argument.len() > 2);
        let secret = std::mem::take(&mut follows) || glued || argument.contains("://");
        follows = matches!(argument, "-k" | "--password");
        secret
    }
}

/// Prints what clap says, but never a link or a URL: one that stands in the wrong place would be repeated, secrets and all.
fn usage(error: &clap::Error) -> ExitCode {
    let asked_for = !error.use_stderr();
    if asked_for || !std::env::args_os().any(|arg| arg.to_string_lossy().contains("://")) {
        // Nothing is left to do when the terminal is gone.
        let _ = error.print();
    } else {
        // The option's name is safe to say, its value is not.
        let option = error.get(ContextKind::InvalidArg).filter(|_| error.kind() != ErrorKind::UnknownArgument);
        match option {
            Some(option) => eprintln!("parasol: {option}: {}. See parasol --help", error.kind()),
            None => {
                eprintln!(
                    "parasol: {}; a link goes after --server or `link decode`, the address of a list after `subscription add`. \
                     See parasol --help",
                    error.kind()
                );
            }
        }
    }
    ExitCode::from(if asked_for { 0 } else { 2 })
}

fn log_to(screen: &Screen, command: &Command) {
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(fields())
        .with_writer(screen.clone())
        .with_target(false)
        .with_ansi(colours);
    let levels = levels(command.verbose());
    // What is over at once says nothing of the time.
    if command.is_role() {
        tracing_subscriber::registry().with(lines.with_filter(levels)).init();
    } else {
        tracing_subscriber::registry().with(lines.event_format(log_fields::Said).with_filter(levels)).init();
    }
}

/// With -v everything of ours; the engine's own record of each flow is what the reporter says in words. The libraries
/// below have nothing to say that a user could act on, and the resolver names what is looked up.
fn levels(verbose: bool) -> Targets {
    let ours = if verbose { LevelFilter::DEBUG } else { LevelFilter::WARN };
    Targets::new()
        .with_default(LevelFilter::ERROR)
        .with_targets(["parasol_cli", "parasol_app", "parasol_engine", "parasol_platform"].map(|part| (part, ours)))
        .with_target("parasol_engine::flows", LevelFilter::WARN)
        .with_target("hickory", LevelFilter::OFF)
}

/// For what such a thread is about to do all the same.
const LINGER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use tracing::Level;

    use super::{levels, secret_arguments, to_its_end};

    #[test]
    fn a_thread_that_hangs_does_not_keep_the_program_from_ending() {
        let (lets_go, hangs) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let done = to_its_end(runtime, async {
                drop(tokio::task::spawn_blocking(move || hangs.recv()));
                7
            });
            tell.send(done)
        });
        assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(7));
        drop(lets_go);
    }

    #[test]
    fn arguments_with_secrets_are_told_from_others() {
        let line = "parasol local -k one -s host --password two -kthree --password=four --server ss://five -p 1080";
        let hidden: Vec<_> = line
            .split(' ')
            .filter({
                let mut secret = secret_arguments();
                move |argument| secret(argument)
            })
            .collect();
        assert_eq!(hidden, ["one", "two", "-kthree", "--password=four", "ss://five"]);
    }

    #[test]
    fn the_resolver_which_names_targets_is_never_heard() {
        for verbose in [false, true] {
            for resolver in ["hickory_resolver::caching_client", "hickory_net::xfer", "hickory_proto"] {
                assert!(!levels(verbose).would_enable(resolver, &Level::ERROR), "{resolver}");
            }
            assert!(levels(verbose).would_enable("parasol_cli::reporter", &Level::WARN));
            assert!(levels(verbose).would_enable("mio", &Level::ERROR));
        }
    }
}
