//! The opt-in for the methods from before AEAD: none of them is used without it, and none without a warning.

use parasol_proto::legacy::StreamMethod;
use parasol_proto::link::{Link, LinkError};
use parasol_proto::{Method, ServerConfig};

use crate::args::LegacyArgs;
use crate::config_file::ConfigFile;
use crate::fault::Fault;

/// The method when nobody says one, as in ss-local.
const DEFAULT_METHOD: Method = Method::ChaCha20Poly1305;

/// The method of that name, or the default one.
pub(crate) fn method(name: Option<&str>, allow_legacy: bool) -> Result<Method, Fault> {
    let Some(name) = name else { return Ok(DEFAULT_METHOD) };
    match Method::parse_legacy(name) {
        Ok(method) if method.is_legacy() && !allow_legacy => Err(Fault::LegacyMethod { name: method.name() }),
        Ok(method) => Ok(method),
        Err(_) => Err(Fault::UnknownMethod {
            name: name.chars().take(40).collect(),
            known: Method::ALL.map(Method::name).join(", "),
        }),
    }
}

/// Reads a link.
pub(crate) fn link(text: &str, allow_legacy: bool) -> Result<Link, Fault> {
    match Link::decode_legacy(text) {
        Ok(link) if link.method.is_legacy() && !allow_legacy => Err(Fault::LegacyMethod { name: link.method.name() }),
        other => other.map_err(|source: LinkError| Fault::BadLink { source }),
    }
}

/// A server with one-time authentication, where that is asked for.
pub(super) fn of_server(
    server: ServerConfig,
    args: &LegacyArgs,
    file: &ConfigFile,
    warnings: &mut Vec<String>,
) -> Result<ServerConfig, Fault> {
    warnings.extend(warning(server.method()));
    if !args.one_time_auth && !file.one_time_auth {
        return Ok(server);
    }
    server.with_one_time_auth().map_err(|source| Fault::OneTimeAuth { source })
}

/// What is said wherever a legacy method is used.
pub(crate) fn warning(method: Method) -> Option<String> {
    match method {
        Method::Stream(StreamMethod::None) => Some(
            "unsafe: the method none does not encrypt: everybody on the way reads all of it, and whoever reaches the \
             server can use it"
                .to_owned(),
        ),
        Method::Stream(_) => Some(format!(
            "unsafe: the method {method} authenticates nothing: anybody on the way can change what it carries, and \
             decrypt what was recorded"
        )),
        _ => None,
    }
}
