//! Words for why something is not imported, and for what would be different.

use parasol_app::import::{Differs, ImportFault};
use parasol_app::plain::plain;

/// Why it is not taken, and what would help.
pub(super) fn fault(fault: &ImportFault) -> String {
    let text = match fault {
        ImportFault::Nothing => "there is nothing in it",
        ImportFault::NotText => "it is neither text nor a picture",
        ImportFault::UnknownFormat => "no format that servers are written in",
        ImportFault::NoServers => "no server stands in it",
        ImportFault::TooLong => "it is too long",
        ImportFault::TooMany => "this one and what follows are more than are read at once; split it",
        ImportFault::NotALink => "no ss:// link",
        ImportFault::BadUserinfo => {
            "the link is damaged: its middle part is neither method:password nor base64 of that"
        }
        ImportFault::BadHost => "no host name and no IP",
        ImportFault::BadPort => "no port, or none from 1 to 65535",
        ImportFault::BadPassword => "the password is missing, or no key of the right length for its method",
        ImportFault::Variable => "the password stands in a variable of the environment; put it in its place",
        ImportFault::Picture => "a picture, where only text is read",
        ImportFault::Subscription => "the address of a list; an import fetches nothing, it is for a subscription",
        ImportFault::OtherPicture => "a picture of another kind than PNG, JPEG, BMP, GIF and WebP",
        ImportFault::DamagedPicture => "the picture is cut or damaged",
        ImportFault::NoCode => "no QR code is seen in the picture",
        ImportFault::NoCodeOnScreen => "no QR code is seen on the screen",
        ImportFault::DamagedCode => "the QR code cannot be read; take a larger or sharper picture of it",
        ImportFault::Syntax { line, column } => {
            return format!("neither JSON nor YAML from line {line}, column {column} on");
        }
        ImportFault::UnknownMethod { name } => return format!("the method {:?} is not known", plain(name)),
        ImportFault::Plugin { name } if name.is_empty() => "it needs a plugin and does not name it",
        ImportFault::Plugin { name } => return format!("the plugin {:?} cannot be used as it is written", plain(name)),
        ImportFault::WrongValue { field } if field.is_empty() => "it is not what an entry looks like",
        ImportFault::WrongValue { field } => return format!("{:?} has a value of the wrong kind", plain(field)),
        ImportFault::OtherProtocol { name } if name.is_empty() => "a server of another protocol",
        ImportFault::OtherProtocol { name } => return format!("a server of another protocol, {}", plain(name)),
        ImportFault::ForeignLink { name } => {
            return format!("only the program that wrote {name}:// links reads them; share it there as an ss:// link");
        }
        ImportFault::LargePicture { width, height } => {
            return format!("a picture of {width} × {height} pixels is too large; cut out the code");
        }
    };
    text.to_owned()
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
        Differs::Rest => "what Parasol only keeps",
    }
}
