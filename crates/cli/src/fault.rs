//! `Fault`: why the program ends badly, in one line each: what happened, why, and what to do.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use parasol_app::backup::BackupFault;
use parasol_app::control::NotAsked;
use parasol_app::errand::ProxyError;
use parasol_app::export::TooLong;
use parasol_app::paths::NoHome;
use parasol_app::plugin::{PluginFault, UnknownMode};
use parasol_app::probe::ProbeFault;
use parasol_app::problem::Problem;
use parasol_app::store::SaveError;
use parasol_proto::legacy::NoOta;
use parasol_proto::link::LinkError;
use parasol_proto::{AddressError, CredentialsError, KeyError, UsersError};
use thiserror::Error;

use crate::password::VARIABLE;
use crate::words;

/// Ends the program.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("the system proxy: {0}")]
    SystemProxy(ProxyError),
    #[error(
        "a Parasol that runs has set the system proxy; switch it off there, or end it: it gives the proxy back, even when \
         it is killed; --force asks it to end"
    )]
    ProxyHeld,
    #[error("the manual cannot be written into {}: {source}", folder.display())]
    Manual { folder: PathBuf, source: io::Error },
    #[error("the system proxy of every user: {0}")]
    EveryUser(io::Error),
    #[error("the system proxy of some users could not be given back: {0} of them")]
    UsersLeft(usize),
    #[error("no server: give --server HOST, --server ss://…, or a -c file with \"server\"")]
    NoServer,
    #[error("no server port: give -p PORT, or \"server_port\" in a -c file")]
    NoServerPort,
    #[error("no password: give --password-file FILE, set {VARIABLE}, or put \"password\" in a -c file")]
    NoPassword,
    #[error("the server {host:?} is no host: {source}; give a host name or an IP without the port")]
    BadServer { host: String, source: AddressError },
    #[error("the listening address {text:?} is no IP; give one such as 127.0.0.1")]
    BadListen { text: String },
    #[error("{option} cannot be {text:?}; give an IP and a port, such as 127.0.0.1:5353")]
    BadDns { option: &'static str, text: String },
    #[error(
        "none of the file's \"locals\" is served: each is disabled or speaks a protocol that is not; enable one, or say \
         with -l PORT where to listen"
    )]
    NoLocal,
    #[error(
        "-l and -b say where the one SOCKS and HTTP port listens, and the file's \"locals\" have another or several; leave the \
         options out, or correct the file"
    )]
    WhichLocal,
    #[error("no target: give -L HOST:PORT, or \"tunnel_address\" in a -c file")]
    NoTunnel,
    #[error("the tunnel's target {text:?} is none: {source}; give HOST:PORT, an IPv6 address in brackets")]
    BadTunnel { text: String, source: AddressError },
    #[error("{text:?} is no target: {source}; give a host name or an IP, with or without a port")]
    BadTarget { text: String, source: AddressError },
    #[error("cannot read the rules from {}: {source}", path.display())]
    AclFile { path: PathBuf, source: io::Error },
    #[error(
        "no password for --local-user: give --local-password-file FILE, or set {}",
        crate::settings::LOCAL_VARIABLE
    )]
    NoLocalPassword,
    #[error("clients cannot be asked for this login: {source}")]
    BadLogin { source: CredentialsError },
    #[error("cannot read the local port's users from {}: {source}", path.display())]
    LoginFile { path: PathBuf, source: io::Error },
    #[error(
        "{} names no user; write {{\"password\": {{\"users\": [{{\"user_name\": …, \"password\": …}}]}}}}",
        path.display()
    )]
    LoginFileShape { path: PathBuf },
    #[error("{option} is not offered on this system; leave it out")]
    Unsupported { option: &'static str },
    #[error("unknown method {name:?}; known are {known}")]
    UnknownMethod { name: String, known: String },
    #[error(
        "the method {name} is unsafe: anybody on the way can change what it carries; take another, or give \
         --allow-legacy to use it all the same"
    )]
    LegacyMethod { name: &'static str },
    #[error("--one-time-auth (\"one_time_auth\" in a file) cannot be had: {source}")]
    OneTimeAuth { source: NoOta },
    #[error("the users cannot be served: {source}")]
    BadUsers { source: UsersError },
    #[error("the password does not fit the method {method}: {source}")]
    BadPassword { method: &'static str, source: KeyError },
    #[error("a server's password is one key; several joined by colons are what its users have, the server's own first")]
    ServerIdentities,
    #[error("the ss:// link cannot be used: {source}")]
    BadLink { source: LinkError },
    #[error("the ss:// link already says the {what}; leave out {option}")]
    TwiceGiven { what: &'static str, option: &'static str },
    #[error("the plugin {name:?} cannot be used: {source}")]
    BadPlugin { name: String, source: PluginFault },
    #[error(
        "the link names the program {name:?} as its plugin; a link may only give a bare name. If you trust it, say the \
         rest with options and the program with --plugin"
    )]
    PluginPath { name: String },
    #[error("plugin_mode {mode:?} is not served: {source}")]
    PluginMode { mode: String, source: UnknownMode },
    #[error("what is to be relayed does not go through the plugin; correct plugin_mode, or leave out -U")]
    NothingThroughPlugin,
    #[error("only the first of \"servers\" may have a plugin; run the others as programs of their own")]
    SecondPlugin,
    #[error(
        "all \"servers\" share one list of rules; give the same \"acl\" for each, or run them as programs of their own"
    )]
    SecondAcl,
    #[error("the ports that a manager adds have no plugin; leave out --plugin or --manager-address")]
    ManagedPlugin,
    #[error(
        "whoever reaches {address} could open and close ports there; take 127.0.0.1 or a path, or add --manager-from-anywhere"
    )]
    ManagerOpen { address: SocketAddr },
    #[error("cannot take commands at {place}: {source}")]
    ManagerSocket { place: String, source: io::Error },
    #[error("mode {mode:?} is unknown; use \"tcp_only\", \"tcp_and_udp\" or \"udp_only\"")]
    UnknownMode { mode: String },
    #[error("cannot read the password from {}: {source}", path.display())]
    PasswordFile { path: PathBuf, source: io::Error },
    #[error("the password file {} has nothing in its first line", path.display())]
    PasswordFileEmpty { path: PathBuf },
    #[error("the environment variable {name} is not UTF-8 text")]
    PasswordVariable { name: &'static str },
    #[error("cannot read {}: {source}", path.display())]
    ConfigFile { path: PathBuf, source: io::Error },
    #[error("{} is not JSON (line {line}, column {column}); correct it there", path.display())]
    ConfigSyntax { path: PathBuf, line: usize, column: usize },
    #[error("{} holds no JSON object; write {{ \"server\": …, \"server_port\": … }}", path.display())]
    NoObject { path: PathBuf },
    #[error(
        "\"outbound_proxy\" in {origin} is not served, and without it everything would leave directly; take it out if it may"
    )]
    OutboundProxy { origin: String },
    #[error("\"{key}\" in {origin} must be {wanted}")]
    ConfigValue { origin: String, key: &'static str, wanted: &'static str },
    #[error("cannot read {}: {source}", path.display())]
    ImportFile { path: PathBuf, source: io::Error },
    #[error("that is a link, not a file; give it on standard input: parasol import -")]
    ImportLink,
    #[error(
        "that is a web address, not a file; if it is a subscription, give it on standard input: parasol subscription add -"
    )]
    ImportAddress,
    #[error("a running Parasol holds the profiles; quit it first, or do it in its window (--preview works beside it)")]
    HeldByAnother,
    #[error("the profiles were not saved and are as they were: {0}")]
    NotSaved(SaveError),
    #[error("cannot read the address of the list from standard input: {source}")]
    NoUrl { source: io::Error },
    #[error("{why}")]
    BadUrl { why: &'static str },
    #[error("this subscription is saved already")]
    KnownUrl,
    #[error("as many subscriptions are saved as may be; remove one first")]
    TooManyLists,
    #[error("not added: {why}{later}")]
    NotFetched { why: String, later: &'static str },
    #[error("{failed} of {all} {} not fetched; the last good lists stay", if *failed == 1 { "was" } else { "were" })]
    ListsFailed { failed: usize, all: usize },
    #[error("no subscription is called {name:?}; `parasol subscription list` names them")]
    NoSuchList { name: String },
    #[error(
        "several subscriptions are called {name:?}; give the id of one, which `parasol subscription list --json` says"
    )]
    SeveralLists { name: String },
    #[error("no server of that subscription waits for the plugin {name:?} to be approved")]
    NothingToApprove { name: String },
    #[error("nothing was imported: all that was found is refused")]
    NothingImported,
    #[error("there is no profile that could be written; `parasol import` adds some")]
    NothingExported,
    #[error("nothing was written: {} locked in the password store; unlock it and try again", locked(titles))]
    ExportLocked { titles: Vec<String> },
    #[error("no profile is called {name:?}")]
    NoSuchProfile { name: String },
    #[error("a picture has the code of one profile; name one")]
    OneCode,
    #[error("cannot write {}: {source}", path.display())]
    ExportFile { path: PathBuf, source: io::Error },
    #[error("{} is there already; name another file, or add --force", path.display())]
    ExportIsThere { path: PathBuf },
    #[error("{} is named like no picture; take a name that ends in .svg or .png", path.display())]
    QrFile { path: PathBuf },
    #[error("{0}")]
    Qr(TooLong),
    #[error("{}: {source}", path.display())]
    Backup { path: PathBuf, source: BackupFault },
    #[error("{} is there already; name another file", path.display())]
    BackupIsThere { path: PathBuf },
    #[error("{} opens only with its passphrase: give --passphrase-file FILE, or set {}", path.display(), crate::backup::VARIABLE)]
    NoPassphrase { path: PathBuf },
    #[error(
        "not made: {missing} passwords and addresses would be missing from it, because the password store is locked; unlock it and \
         try again, or add --incomplete"
    )]
    BackupIncomplete { missing: usize },
    #[error("{}{}", words::problem(problem), advice(problem, *option))]
    Problem { problem: Problem, option: PortOption },
    #[error("servers cannot be tested with that: {source}")]
    BadProbe { source: ProbeFault },
    #[error("{source}")]
    NoHome { source: NoHome },
    #[error("there is no saved profile to be tested; give an ss:// link")]
    NoProfiles,
    #[error("no profile is called {name:?}, and it is no ss:// link")]
    NothingToTest { name: String },
    #[error("{failed} of {all} {} not work", if *failed == 1 { "does" } else { "do" })]
    TestsFailed { failed: usize, all: usize },
    #[error("{untried} of {all} {} not tried", if *untried == 1 { "was" } else { "were" })]
    TestsNotTried { untried: usize, all: usize },
    #[error("stopped before all servers were tested")]
    TestsStopped,
    #[error("{failed} of {all} steps failed")]
    ChecksFailed { failed: usize, all: usize },
    #[error("stopped before all was looked at")]
    ChecksStopped,
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
    #[error("the relay did not stop in time; the connections that were left are cut now")]
    SlowStop,
    #[error("no Parasol runs here; {advice}")]
    NoneRuns { advice: String },
    #[error("{0}")]
    NotAsked(NotAsked),
    #[error("the system does not tell whose desktop this is")]
    NoControl,
    #[error("it was told to end and has not yet")]
    NotEnded,
    #[error("it could not be switched {}", if *on { "on" } else { "off" })]
    NotSwitched { on: bool },
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

impl Fault {
    pub(crate) fn bad_server(host: &str, source: AddressError) -> Fault {
        Fault::BadServer { host: shown(host), source }
    }

    /// A link without its beginning is not repeated: a password stands in it.
    pub(crate) fn nothing_to_test(name: &str) -> Fault {
        let name = if name.contains('@') { "…@…".to_owned() } else { shown(name) };
        Fault::NothingToTest { name }
    }

    pub(crate) fn bad_listen(text: &str) -> Fault {
        Fault::BadListen { text: shown(text) }
    }

    pub(crate) fn bad_dns(option: &'static str, text: &str) -> Fault {
        Fault::BadDns { option, text: shown(text) }
    }

    pub(crate) fn bad_tunnel(text: &str, source: AddressError) -> Fault {
        Fault::BadTunnel { text: shown(text), source }
    }

    pub(crate) fn bad_target(text: &str, source: AddressError) -> Fault {
        Fault::BadTarget { text: shown(text), source }
    }

    /// The parser's own words are left out: they can repeat what stands in the file.
    pub(crate) fn json(path: &Path, error: &serde_json::Error) -> Fault {
        Fault::ConfigSyntax { path: path.to_owned(), line: error.line(), column: error.column() }
    }

    /// 1 for what failed while running, 2 for what was asked wrongly, 3 where nobody is to be asked.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Fault::Problem { .. }
            | Fault::ManagerSocket { .. }
            | Fault::TestsFailed { .. }
            | Fault::TestsNotTried { .. }
            | Fault::TestsStopped
            | Fault::ChecksFailed { .. }
            | Fault::ChecksStopped
            | Fault::Signals(_)
            | Fault::SlowStop
            | Fault::HeldByAnother
            | Fault::ProxyHeld
            | Fault::Manual { .. }
            | Fault::EveryUser(_)
            | Fault::UsersLeft(_)
            | Fault::SystemProxy(_)
            | Fault::NotSaved(_)
            | Fault::NotFetched { .. }
            | Fault::ListsFailed { .. }
            | Fault::ExportFile { .. }
            | Fault::NotAsked(_)
            | Fault::NoControl
            | Fault::NotEnded
            | Fault::NotSwitched { .. }
            | Fault::ExportLocked { .. }
            | Fault::BackupIncomplete { .. }
            | Fault::Output(_) => ExitCode::from(1),
            Fault::NoneRuns { .. } => ExitCode::from(3),
            _ => ExitCode::from(2),
        }
    }
}

/// Whose passwords are.
fn locked(titles: &[String]) -> String {
    match titles {
        [one] => format!("the password of {one} is"),
        all => format!("the passwords of {} are", all.join(", ")),
    }
}

/// What was typed where a host belongs, unless it may be a link, which would show a password.
fn shown(text: &str) -> String {
    if text.contains("://") { "…://…".to_owned() } else { text.chars().take(60).collect() }
}

/// The option that says where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortOption {
    /// `-l`
    LocalPort,
    /// `-p`
    ServerPort,
}

/// What would help, where the message alone does not say it.
fn advice(problem: &Problem, option: PortOption) -> String {
    let option = match option {
        PortOption::LocalPort => "-l",
        PortOption::ServerPort => "-p",
    };
    match problem {
        Problem::PortTaken { next_free: Some(free), .. } => {
            format!("; end that program, or listen on another port ({option} {free} is free)")
        }
        Problem::PortReserved { next_free: Some(free), .. } => {
            format!("; listen on another port ({option} {free} is free)")
        }
        Problem::PortReserved { next_free: None, .. } => format!("; take another port with {option}"),
        Problem::PortTaken { next_free: None, .. } => format!("; end that program, or take another port with {option}"),
        Problem::PluginMissing { .. } => "; install it, or give its whole path with --plugin".to_owned(),
        Problem::PluginFailed { .. } | Problem::PluginSilent { .. } => {
            "; look at its options. Nothing goes to the server without it".to_owned()
        }
        Problem::BindFailed { .. } => "; take an address of this machine and a port that you may use".to_owned(),
        _ => String::new(),
    }
}
