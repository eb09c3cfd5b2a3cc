//! Which plugin is between local and server, out of options, link and file.

use std::net::SocketAddr;

use parasol_app::plugin::{PluginMode, PluginSpec, is_bare_name};
use parasol_proto::Address;
use parasol_proto::link;

use crate::args::PluginArgs;
use crate::config_file::ConfigFile;
use crate::fault::Fault;

/// A plugin, and which end of it is given.
#[derive(Debug)]
pub(crate) struct Plugged {
    pub(crate) plugin: PluginSpec,
    pub(crate) at: PluginAt,
}

/// The end of a plugin that is not ours.
#[derive(Debug)]
pub(crate) enum PluginAt {
    /// It dials this server.
    Server(Address),
    /// It listens here, in place of our server.
    Listen(SocketAddr),
}

/// The plugin of the options, or else the file's; program and options come from the same of the two.
pub(super) fn of(args: &PluginArgs, file: &ConfigFile) -> Result<Option<PluginSpec>, Fault> {
    let mode = match file.plugin_mode.as_deref() {
        None => PluginMode::default(),
        Some(mode) => mode.parse().map_err(|source| Fault::PluginMode { mode: short(mode), source })?,
    };
    let (program, options) = match (&args.plugin, &file.plugin) {
        (Some(program), _) => (program, &args.plugin_opts),
        (None, Some(program)) => (program, &file.plugin_opts),
        (None, None) => return Ok(None),
    };
    plugin_spec(program, options.as_deref(), mode).map(Some)
}

/// A link is somebody else's: it may name a plugin that is installed here, but not any file.
pub(super) fn of_link(plugin: &link::Plugin, warnings: &mut Vec<String>) -> Result<Option<PluginSpec>, Fault> {
    if !is_bare_name(&plugin.name) {
        return Err(Fault::PluginPath { name: short(&plugin.name) });
    }
    warnings.push(format!("the link asks for the plugin {:?}, which runs now", short(&plugin.name)));
    plugin_spec(&plugin.name, plugin.options.as_deref(), PluginMode::default()).map(Some)
}

fn plugin_spec(program: &str, options: Option<&str>, mode: PluginMode) -> Result<PluginSpec, Fault> {
    let bad = |source| Fault::BadPlugin { name: short(program), source };
    PluginSpec::new(program, options.unwrap_or_default(), mode).map_err(bad)
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
