//! Plugins as Clash has them, a name and an object, to a program and its options (SIP003).

use serde_json::{Map, Value};

use super::entry::Server;
use super::fault::{ImportFault, short};
use super::keys::Keys;

/// Takes the plugin of a Clash entry.
pub(super) fn clash(server: &mut Server, keys: &mut Keys) -> Result<(), ImportFault> {
    let name = keys.text(&["plugin"])?;
    let options = match keys.take(&["plugin-opts", "plugin_opts"]) {
        Some(Value::Object(map)) => map,
        Some(Value::String(text)) => {
            server.plugin_opts = text;
            Map::new()
        }
        _ => Map::new(),
    };
    match &name[..] {
        "obfs" | "obfs-local" | "simple-obfs" if !options.is_empty() => obfs(server, options),
        "obfs" => "obfs-local".clone_into(&mut server.plugin),
        "v2ray-plugin" => v2ray(server, options),
        _ if !options.is_empty() => return Err(ImportFault::Plugin { name: short(&name) }),
        _ => server.plugin = name,
    }
    Ok(())
}

/// `obfs-local` with `{mode, host}`.
fn obfs(server: &mut Server, options: Map<String, Value>) {
    "obfs-local".clone_into(&mut server.plugin);
    let mut written = Options::default();
    for (key, value) in options {
        match &key[..] {
            "mode" => written.pair("obfs", &value),
            "host" => written.pair("obfs-host", &value),
            _ => server.unused.push(format!("plugin-opts.{}", short(&key))),
        }
    }
    server.plugin_opts = written.0;
}

/// `v2ray-plugin` with `{mode, tls, host, path, mux}`.
pub(super) fn v2ray(server: &mut Server, options: Map<String, Value>) {
    "v2ray-plugin".clone_into(&mut server.plugin);
    let mut written = Options::default();
    for (key, value) in options {
        match (&key[..], &value) {
            ("mode" | "host" | "path", _) => written.pair(&key, &value),
            ("mux", Value::Bool(on)) => written.pair("mux", &Value::from(u8::from(*on))),
            ("mux", _) => written.pair("mux", &value),
            ("tls", Value::Bool(true)) => written.word("tls"),
            (_, Value::Bool(false) | Value::Null) => {}
            _ => server.unused.push(format!("plugin-opts.{}", short(&key))),
        }
    }
    server.plugin_opts = written.0;
}

/// `a=b;c`, as SIP003 has it.
#[derive(Default)]
struct Options(String);

impl Options {
    fn word(&mut self, word: &str) {
        if !self.0.is_empty() {
            self.0.push(';');
        }
        self.0.push_str(word);
    }

    fn pair(&mut self, key: &str, value: &Value) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        self.word(key);
        self.0.push('=');
        for char in text.chars() {
            if matches!(char, '\\' | ';') {
                self.0.push('\\');
            }
            self.0.push(char);
        }
    }
}
