//! Words for why something is not imported, and for what would be different.

use parasol_app::import::{Differs, ImportFault, Place};
use parasol_app::plain::plain;

/// Why it is not taken, and what would help.
pub(super) fn fault(fault: &ImportFault) -> String {
    let text = match fault {
        ImportFault::Nothing => "there is nothing in it",
        ImportFault::NotText => "it is neither text nor a picture",
        ImportFault::UnknownFormat => "no format that servers are written in",
        ImportFault::EndsEarly => "it ends too early; copy it again",
        ImportFault::NoServers => "no server stands in it",
        ImportFault::TooLong => "it is too long",
        ImportFault::TooMany => "this one and what follows are more than are read at once; split it",
        ImportFault::NotALink => "no ss:// link; one begins with ss://, copy it again from its beginning",
        ImportFault::Misspelt => "a link begins with ss://; look at its first characters",
        ImportFault::TwoLinks => "two links run into each other; put each on a line of its own",
        ImportFault::Space => "there is a space in the link; take it out",
        ImportFault::Cut => "the link is cut off: the part with @server:port is missing; copy it again as one line",
        ImportFault::BadUserinfo => "characters of the link are missing or changed; copy it again",
        ImportFault::BadHost => "no host name and no IP",
        ImportFault::NoPort => "no port; it is a number from 1 to 65535",
        ImportFault::BadPort => "the port must be from 1 to 65535",
        ImportFault::BadPassword => "the password is missing, or no key of the right length for its method",
        ImportFault::Variable => "the password stands in a variable of the environment; put it in its place",
        ImportFault::Picture => "a picture, where only text is read",
        ImportFault::Subscription => {
            "a web address, and an import fetches nothing; if it is a subscription, `parasol subscription add - < FILE` takes it"
        }
        ImportFault::Backup => "a backup with a passphrase; `parasol restore` opens it",
        ImportFault::OtherPicture => "another kind of picture; take a picture of the screen, or save it as PNG",
        ImportFault::DamagedPicture => "the picture is cut or damaged",
        ImportFault::NoCode => "no QR code is seen in the picture",
        ImportFault::NoCodeOnScreen => "no QR code is seen on the screen",
        ImportFault::DamagedCode => "the QR code cannot be read; take a larger or sharper picture of it",
        ImportFault::Syntax { line, column } => {
            return format!("neither JSON nor YAML from line {line}, column {column} on");
        }
        ImportFault::UnknownMethod { name } if name.is_empty() => "its method is not known",
        ImportFault::UnknownMethod { name } => return format!("the method {:?} is not known", plain(name)),
        ImportFault::Plugin { name } if name.is_empty() => "it needs a plugin and does not name it",
        ImportFault::Plugin { name } => return format!("the plugin {:?} cannot be used as it is written", plain(name)),
        ImportFault::WrongValue { field } if field == "server_port" || field == "port" => "its port is no number",
        ImportFault::WrongValue { field } if field.is_empty() => "it is not what an entry looks like",
        ImportFault::WrongValue { field } => return format!("{:?} has a value of the wrong kind", plain(field)),
        ImportFault::OtherProtocol { name } => {
            let what = if name.is_empty() {
                "server of another protocol".to_owned()
            } else {
                format!("{} server", plain(name))
            };
            return format!("a {what}; only Shadowsocks is spoken here: ask for an ss:// link");
        }
        ImportFault::ForeignLink { name } => {
            return format!("only the program that wrote {name}:// links reads them; share it there as an ss:// link");
        }
        ImportFault::LargePicture { width, height } => {
            return format!("a picture of {width} × {height} pixels is too large; cut out the code");
        }
    };
    text.to_owned()
}

/// Where it stands. A server in a list is called as a person would call it; the JSON has its key.
pub(super) fn place(place: &Place) -> String {
    match place {
        Place::Item { number, name, .. } if name.is_empty() => format!("server {number}"),
        Place::Item { number, name, .. } => format!("server {number}, {}", plain(name)),
        _ => plain(&place.to_string()),
    }
}

/// What is different.
pub(super) fn differs(field: Differs) -> &'static str {
    match field {
        Differs::Name => "name",
        Differs::Server => "server",
        Differs::Port => "port",
        Differs::Method => "method",
        Differs::Password => "password",
        Differs::Plugin => "plugin",
        Differs::PluginOpts => "plugin options",
        Differs::OneTimeAuth => "one-time authentication",
        Differs::Notes => "notes",
        Differs::Rest => "fields that Parasol does not use",
    }
}
