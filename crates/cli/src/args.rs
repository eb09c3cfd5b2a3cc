//! What may be typed after `parasol`. The short options are those of ss-local, ss-tunnel and ss-server.

mod backup;
mod carried;
mod check;
mod control;
mod dns;
mod exchange;
mod legacy;
mod login;
mod manager;
mod packaged;
mod proxy;
mod routing;
mod sockets;
mod subscription;
mod test;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use backup::{BackupArgs, PassphraseArgs, RestoreArgs};
pub(crate) use carried::CarriedArgs;
pub(crate) use check::CheckArgs;
#[cfg(test)]
pub(crate) use control::STATUS;
pub(crate) use control::{EnvArgs, StatusArgs};
pub(crate) use dns::DnsArgs;
pub(crate) use exchange::{ExportArgs, ExportForm, ImportArgs, QrArgs};
pub(crate) use legacy::LegacyArgs;
pub(crate) use login::LoginArgs;
pub(crate) use manager::{ManagerArgs, ManagerStyle};
pub(crate) use packaged::{CompletionsArgs, ManualArgs};
pub(crate) use proxy::ProxyCommand;
pub(crate) use routing::{RoutingArgs, RoutingMode};
pub(crate) use sockets::SocketArgs;
pub(crate) use subscription::{AddArgs, ApproveArgs, RemoveArgs, SubscriptionCommand, UpdateArgs, WayArgs};
pub(crate) use test::TestArgs;

use crate::password::Secret;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "parasol", version, about = "A Shadowsocks relay without a window")]
pub(crate) struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Listen for SOCKS5, SOCKS4a and HTTP on one port and send everything through a server
    #[command(after_help = LOCAL_EXAMPLES)]
    Local(LocalArgs),
    /// Listen on one port and send everything to one target through a server
    #[command(after_help = TUNNEL_EXAMPLES)]
    Tunnel(TunnelArgs),
    /// Be the server that others connect to
    #[command(after_help = SERVER_EXAMPLES)]
    Server(ServerArgs),
    /// Run a server and a local in this process, to see it work without having a server
    Demo(DemoArgs),
    /// Say where targets would go by an ACL file, and by which of its rules
    Explain(ExplainArgs),
    /// Test servers step by step: name, connection, handshake, first byte, UDP
    #[command(after_help = test::EXAMPLES)]
    Test(TestArgs),
    /// Look at all that must hold, step by step: port, system proxy, server, clock, plugin, names
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArgs),
    /// Switch the Parasol of the desktop on
    #[command(after_help = control::EXIT_CODES)]
    On,
    /// Switch it off; the system proxy is given back
    #[command(after_help = control::EXIT_CODES)]
    Off,
    /// Switch it to whichever it is not
    #[command(after_help = control::EXIT_CODES)]
    Toggle,
    /// Say how it is, and what moved and moves
    #[command(after_help = control::STATUS)]
    Status(StatusArgs),
    /// Print the command that has programs in this terminal go through it: eval "$(parasol env)"
    #[command(after_help = control::ENV_EXAMPLES)]
    Env(EnvArgs),
    /// Open its window
    #[command(after_help = control::EXIT_CODES)]
    Open,
    /// End it; the system proxy is given back
    #[command(after_help = control::EXIT_CODES)]
    Quit,
    /// Save the window's profiles, ports and settings, passwords too, in one file
    Backup(BackupArgs),
    /// Go to what a backup holds; what is saved now becomes an earlier state in the window
    Restore(RestoreArgs),
    /// Look at the desktop's proxy setting, and give back what a Parasol that died has left of it
    #[command(subcommand)]
    Proxy(ProxyCommand),
    /// Read and write ss:// links
    #[command(subcommand)]
    Link(LinkCommand),
    /// Add servers from files of any program, links and QR codes to the desktop's profiles
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Follow lists of servers that are fetched from time to time
    #[command(subcommand, after_help = subscription::ABOUT)]
    Subscription(SubscriptionCommand),
    /// Write the desktop's profiles, passwords included, for other programs
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Print what has a shell complete this program's commands and options
    #[command(after_help = packaged::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Write the manual, a page for each command
    Manual(ManualArgs),
}

impl Command {
    /// Was more wanted on standard error?
    pub(crate) fn verbose(&self) -> bool {
        match self {
            Command::Local(args) => args.running.verbose,
            Command::Tunnel(args) => args.running.verbose,
            Command::Server(args) => args.running.verbose,
            Command::Demo(args) => args.verbose,
            Command::Link(_) | Command::Explain(_) | Command::Test(_) | Command::Import(_) | Command::Export(_) => {
                false
            }
            Command::Check(_)
            | Command::Backup(_)
            | Command::Restore(_)
            | Command::Subscription(_)
            | Command::Proxy(_) => false,
            Command::On | Command::Off | Command::Toggle | Command::Status(_) => false,
            Command::Env(_) | Command::Open | Command::Quit => false,
            Command::Completions(_) | Command::Manual(_) => false,
        }
    }

    /// Does it go on until it is stopped?
    pub(crate) fn is_role(&self) -> bool {
        matches!(self, Command::Local(_) | Command::Tunnel(_) | Command::Server(_) | Command::Demo(_))
    }
}

/// `parasol local`.
#[derive(Debug, Default, Args)]
pub(crate) struct LocalArgs {
    #[command(flatten)]
    pub(crate) upstream: Upstream,
    #[command(flatten)]
    pub(crate) login: LoginArgs,
    #[command(flatten)]
    pub(crate) dns: DnsArgs,
    #[command(flatten)]
    pub(crate) routing: RoutingArgs,
    #[command(flatten)]
    pub(crate) carried: CarriedArgs,
    #[command(flatten)]
    pub(crate) sockets: SocketArgs,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// `parasol tunnel`.
#[derive(Debug, Default, Args)]
pub(crate) struct TunnelArgs {
    /// Where everything goes
    #[arg(short = 'L', long, value_name = "HOST:PORT")]
    pub(crate) tunnel_address: Option<String>,
    #[command(flatten)]
    pub(crate) upstream: Upstream,
    #[command(flatten)]
    pub(crate) carried: CarriedArgs,
    #[command(flatten)]
    pub(crate) sockets: SocketArgs,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// `parasol explain`.
#[derive(Debug, Default, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) routing: RoutingArgs,
    /// Host names, IPs, or either with a port
    #[arg(value_name = "TARGET", required = true)]
    pub(crate) targets: Vec<String>,
}

/// The server, and where to listen for what goes through it.
#[derive(Debug, Default, Args)]
pub(crate) struct Upstream {
    /// Host name or IP of the server, or a whole ss:// link
    #[arg(short = 's', long, value_name = "HOST|ss://LINK")]
    pub(crate) server: Option<Secret>,
    /// Port of the server
    #[arg(short = 'p', long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) server_port: Option<u16>,
    /// Address to listen on [default: 127.0.0.1]
    #[arg(short = 'b', long, value_name = "IP")]
    pub(crate) local_address: Option<String>,
    /// Port to listen on; 0 takes any free one and prints it [default: 1080]
    #[arg(short = 'l', long, value_name = "PORT")]
    pub(crate) local_port: Option<u16>,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
    #[command(flatten)]
    pub(crate) legacy: LegacyArgs,
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,
}

/// `parasol server`.
#[derive(Debug, Default, Args)]
pub(crate) struct ServerArgs {
    /// Address to listen on [default: 0.0.0.0]
    #[arg(short = 's', long, value_name = "IP")]
    pub(crate) server: Option<String>,
    /// Port to listen on; 0 takes any free one and prints it
    #[arg(short = 'p', long, value_name = "PORT")]
    pub(crate) server_port: Option<u16>,
    /// Let clients reach this machine and its local networks too
    #[arg(long)]
    pub(crate) allow_private_targets: bool,
    /// File with rules in the ACL format of shadowsocks: its outbound lists say what is not dialled, the others which
    /// clients are not served
    #[arg(long, value_name = "FILE")]
    pub(crate) acl: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
    #[command(flatten)]
    pub(crate) legacy: LegacyArgs,
    #[command(flatten)]
    pub(crate) plugin: PluginArgs,
    #[command(flatten)]
    pub(crate) manager: ManagerArgs,
    #[command(flatten)]
    pub(crate) carried: CarriedArgs,
    #[command(flatten)]
    pub(crate) sockets: SocketArgs,
    #[command(flatten)]
    pub(crate) running: Running,
}

/// `parasol demo`.
#[derive(Debug, Default, Args)]
pub(crate) struct DemoArgs {
    /// Port to listen on; 0 takes any free one [default: the first free one from 1080 up]
    #[arg(short = 'l', long, value_name = "PORT")]
    pub(crate) local_port: Option<u16>,
    /// Show traffic by port: a table on a terminal, else JSON lines
    #[arg(long)]
    pub(crate) stats: bool,
    /// Say more on standard error; targets too
    #[arg(short = 'v', long)]
    pub(crate) verbose: bool,
}

/// How the server is spoken to.
#[derive(Debug, Default, Args)]
pub(crate) struct Credentials {
    /// Password or base64 key; other users of this machine can see it here
    #[arg(short = 'k', long, value_name = "PASSWORD", conflicts_with = "password_file")]
    pub(crate) password: Option<Secret>,
    /// File whose first line is the password, - for standard input; or set PARASOL_PASSWORD
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Method [default: chacha20-ietf-poly1305]
    #[arg(short = 'm', long, value_name = "NAME")]
    pub(crate) method: Option<String>,
}

/// Which plugin is between local and server.
#[derive(Debug, Default, Args)]
pub(crate) struct PluginArgs {
    /// SIP003 plugin: a name that is looked for in PATH, or a whole path
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) plugin: Option<String>,
    /// Options of the plugin, as they are
    #[arg(long, value_name = "OPTIONS", requires = "plugin")]
    pub(crate) plugin_opts: Option<String>,
}

/// How it runs.
#[derive(Debug, Default, Args)]
pub(crate) struct Running {
    /// Close a connection after so many seconds without a byte [default: 300]
    #[arg(short = 't', long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeout: Option<u32>,
    /// File with the JSON keys of shadowsocks-libev or shadowsocks-rust; options given here win over it
    #[arg(short = 'c', long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Threads that relay; connections are shared out among them [default: one for each core, at most 4]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) worker_threads: Option<u8>,
    /// Show traffic by port: a table on a terminal, else JSON lines
    #[arg(long)]
    pub(crate) stats: bool,
    /// Say more on standard error; targets too
    #[arg(short = 'v', long)]
    pub(crate) verbose: bool,
}

/// `parasol link`.
#[derive(Debug, Subcommand)]
pub(crate) enum LinkCommand {
    /// Print what a link says as one JSON object, password included
    Decode {
        /// The link; - reads it from standard input
        #[arg(value_name = "URI")]
        uri: Secret,
        /// Read links with unsafe methods from before AEAD too
        #[arg(long)]
        allow_legacy: bool,
    },
    /// Print the link for these options, or for a JSON object on standard input when there are none
    Encode(EncodeArgs),
    /// Draw the QR code of a link, or write it as a picture
    Qr(QrArgs),
}

/// `parasol link encode`.
#[derive(Debug, Default, Args)]
pub(crate) struct EncodeArgs {
    /// Host name or IP of the server
    #[arg(short = 's', long, value_name = "HOST")]
    pub(crate) server: Option<String>,
    /// Port of the server
    #[arg(short = 'p', long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) server_port: Option<u16>,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
    /// SIP003 plugin
    #[arg(long, value_name = "NAME")]
    pub(crate) plugin: Option<String>,
    /// Options of the plugin, as they are
    #[arg(long, value_name = "OPTIONS", requires = "plugin")]
    pub(crate) plugin_opts: Option<String>,
    /// What the server is called
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write links with unsafe methods from before AEAD too
    #[arg(long)]
    pub(crate) allow_legacy: bool,
}

impl EncodeArgs {
    /// Nothing was given, so that everything is to be read from standard input.
    pub(crate) fn is_empty(&self) -> bool {
        let EncodeArgs { server, server_port, credentials, plugin, plugin_opts, name, allow_legacy: _ } = self;
        let Credentials { password, password_file, method } = credentials;
        server.is_none()
            && server_port.is_none()
            && password.is_none()
            && password_file.is_none()
            && method.is_none()
            && plugin.is_none()
            && plugin_opts.is_none()
            && name.is_none()
    }
}

const LOCAL_EXAMPLES: &str = "\
Examples:
  parasol local --server 'ss://…'
  parasol local -s example.org -p 8388 -m aes-256-gcm --password-file key.txt
  parasol local -s example.org -p 443 --password-file key.txt --plugin obfs-local --plugin-opts 'obfs=tls'
  parasol local -c /etc/shadowsocks-libev/config.json --dns 127.0.0.1:5353 --remote-dns 1.1.1.1
  parasol local -c /etc/shadowsocks-libev/config.json --acl /etc/shadowsocks-libev/bypass-lan-china.acl

Prints `listening on IP:PORT` on standard output (with --stats off a terminal, every line is JSON).
Ends with 0 when stopped (Ctrl-C, SIGTERM), 1 when it could not run, 2 when an option or the file is wrong.";

const TUNNEL_EXAMPLES: &str = "\
Example:
  parasol tunnel -L example.org:22 -l 2222 -c /etc/shadowsocks-libev/config.json";

const SERVER_EXAMPLES: &str = "\
Example:
  PARASOL_PASSWORD=… parasol server -p 8388 -m aes-256-gcm

Refuses to connect to loopback, private, link-local, shared, multicast and mapped addresses unless
--allow-private-targets is given or the file says \"allow_private_targets\": true.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  parasol import --preview gui-config.json
  parasol import screenshot.png servers.yaml
  wl-paste | parasol import -

What a file is shows from what stands in it. Nothing is fetched, and what comes with a plugin or an unsafe method does not
run before you approve it in the window. The window must be closed meanwhile; --preview works beside it.
Ends with 0 when something was taken or is there already, 1 when it could not be saved, 2 when all was refused.";

const EXPORT_EXAMPLES: &str = "\
Examples:
  parasol export --format sip008 --output servers.json
  parasol export --format png --output tokyo.png Tokyo";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    #[test]
    fn the_definition_holds() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn ss_locals_options_are_taken() {
        let line = "parasol local -s example.org -p 8388 -b 127.0.0.1 -l 1080 -k pw -m aes-256-gcm -t 60 -c f.json -v";
        let Command::Local(local) = CommandLine::try_parse_from(line.split(' ')).unwrap().command else {
            panic!("local was asked for");
        };
        assert_eq!(local.upstream.server.unwrap().expose(), "example.org");
        assert_eq!(local.upstream.server_port, Some(8388));
        assert_eq!(local.upstream.local_address.as_deref(), Some("127.0.0.1"));
        assert_eq!(local.upstream.local_port, Some(1080));
        assert_eq!(local.upstream.credentials.password.unwrap().expose(), "pw");
        assert_eq!(local.upstream.credentials.method.as_deref(), Some("aes-256-gcm"));
        assert_eq!(local.running.timeout, Some(60));
        assert_eq!(local.running.config, Some(PathBuf::from("f.json")));
        assert!(local.running.verbose && !local.running.stats);
    }

    #[test]
    fn ss_tunnels_options_are_taken() {
        let line = "parasol tunnel -s h -p 8388 -l 1081 -L [::1]:53 -n 4096 -i eth0 -6 --no-delay --fast-open --mptcp";
        let Command::Tunnel(tunnel) = CommandLine::try_parse_from(line.split(' ')).unwrap().command else {
            panic!("tunnel was asked for");
        };
        assert_eq!(tunnel.tunnel_address.as_deref(), Some("[::1]:53"));
        assert_eq!(tunnel.upstream.local_port, Some(1081));
        let sockets = tunnel.sockets;
        assert_eq!((sockets.nofile, sockets.interface.as_deref()), (Some(4096), Some("eth0")));
        assert!(sockets.ipv6_first && sockets.no_delay && sockets.fast_open && sockets.mptcp);
    }

    #[test]
    fn wrong_lines_are_refused() {
        for (line, kind) in [
            ("parasol", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand),
            ("parasol local -p 0", ErrorKind::ValueValidation),
            ("parasol local -p 70000", ErrorKind::ValueValidation),
            ("parasol local -p abc", ErrorKind::ValueValidation),
            ("parasol local -t 0", ErrorKind::ValueValidation),
            ("parasol local -k a --password-file b", ErrorKind::ArgumentConflict),
            ("parasol local --what", ErrorKind::UnknownArgument),
            ("parasol tunel", ErrorKind::InvalidSubcommand),
            ("parasol local --mode some", ErrorKind::InvalidValue),
            ("parasol local --local-password-file f", ErrorKind::MissingRequiredArgument),
            ("parasol local -n 3", ErrorKind::ValueValidation),
            ("parasol local --bind-address h", ErrorKind::ValueValidation),
            ("parasol local -6 --ipv6-names-only", ErrorKind::ArgumentConflict),
            ("parasol local --remote-dns 8.8.8.8", ErrorKind::MissingRequiredArgument),
            ("parasol explain", ErrorKind::MissingRequiredArgument),
            ("parasol link encode --plugin-opts a", ErrorKind::MissingRequiredArgument),
            ("parasol local --plugin-opts a", ErrorKind::MissingRequiredArgument),
            ("parasol local -u -U", ErrorKind::ArgumentConflict),
            ("parasol tunnel -U --tcp-only", ErrorKind::ArgumentConflict),
            ("parasol server --udp-timeout 0", ErrorKind::ValueValidation),
            ("parasol server --manager-style ruby", ErrorKind::InvalidValue),
            ("parasol import", ErrorKind::MissingRequiredArgument),
            ("parasol export --format yaml", ErrorKind::InvalidValue),
            ("parasol link qr", ErrorKind::MissingRequiredArgument),
            ("parasol local --manager-address x", ErrorKind::UnknownArgument),
        ] {
            assert_eq!(CommandLine::try_parse_from(line.split(' ')).unwrap_err().kind(), kind, "{line}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        for line in [
            "parasol local -k hunter2 -s ss://hunter2@h:1",
            "parasol link decode ss://hunter2@h:1",
            "parasol link qr ss://hunter2@h:1",
        ] {
            let shown = format!("{:?}", CommandLine::try_parse_from(line.split(' ')).unwrap());
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
