use gio::glib::Variant;
use gio::prelude::*;
use gio::{Settings, SettingsSchema, SettingsSchemaSource};

use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

/// GNOME's `org.gnome.system.proxy`, which Xfce, Cinnamon, MATE and others read as well.
///
/// A key of a [`Snapshot`] is spelled as on the `gsettings` command line, `SCHEMA KEY`, and a value is GVariant text.
/// Only keys that a plan changes are read; the user's proxy password is not among them.
///
/// `gio::Settings` belong to one thread, so each call makes its own; they are cheap handles.
#[derive(Debug)]
#[non_exhaustive]
pub struct Gnome;

impl Gnome {
    /// The settings, if their schemas are installed with all keys that we need.
    pub fn detect() -> Option<Gnome> {
        KEYS.iter().all(|(id, key)| schema(id).is_some_and(|schema| schema.has_key(key))).then_some(Gnome)
    }
}

impl SystemProxy for Gnome {
    fn name(&self) -> &'static str {
        "gnome"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut entries = Vec::with_capacity(KEYS.len());
        for (id, key) in KEYS {
            let value = settings(id)?.user_value(key).map(|value| text(&value));
            entries.push((full_key(id, key), value));
        }
        Ok(entries.into_iter().collect())
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let known = |full: &str| KEYS.into_iter().find(|(id, key)| full_key(id, key) == full);
        let mut delayed: Vec<(&str, Settings)> = Vec::new();
        for (full, value) in values.iter() {
            let (id, key) = known(full).ok_or_else(|| ProxyError::Desktop(format!("{full} is not a proxy setting")))?;
            let settings = match delayed.iter().find(|(schema, _)| *schema == id) {
                Some((_, settings)) => settings.clone(),
                None => {
                    let settings = settings(id)?;
                    // Collects the keys of one schema into one change, which readers see whole.
                    settings.delay();
                    delayed.push((id, settings.clone()));
                    settings
                }
            };
            set(&settings, key, value, full)?;
        }
        for (_, settings) in &delayed {
            settings.apply();
        }
        Settings::sync();
        // Whoever reads back will find that nothing was stored; why is only known here.
        match self.read()?.of_keys(values) == *values {
            true => Ok(()),
            false => session_bus(),
        }
    }

    fn plan(&self, _: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        if let Some(url) = wanted.script() {
            return vec![
                step(Part::Endpoint, PROXY, vec![("autoconfig-url", url.to_variant())]),
                step(Part::Switch, PROXY, vec![("mode", "auto".to_variant())]),
            ];
        }
        let host = wanted.address().ip().to_string().to_variant();
        let port = i32::from(wanted.address().port()).to_variant();
        let endpoint = |id, more: &[(&str, Variant)]| {
            let mut values = vec![("host", host.clone()), ("port", port.clone())];
            values.extend_from_slice(more);
            step(Part::Endpoint, id, values)
        };
        vec![
            // The password is for the user's own proxy: it is not to be sent to us.
            endpoint(HTTP, &[("use-authentication", false.to_variant())]),
            endpoint(HTTPS, &[]),
            endpoint(SOCKS, &[]),
            step(Part::Bypass, PROXY, vec![("ignore-hosts", wanted.bypass().to_variant())]),
            step(Part::Switch, PROXY, vec![("mode", "manual".to_variant())]),
        ]
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let parse = |id: &str, key: &str| Variant::parse(None, values.value(&full_key(id, key))?).ok();
        let named = |id: &str| {
            let host = parse(id, "host")?.get::<String>().filter(|host| !host.is_empty())?;
            let port = match parse(id, "port") {
                Some(port) => port.get::<i32>()?,
                None => default_port(id)?,
            };
            Some(Endpoint { host, port: u16::try_from(port).ok()? })
        };
        let script = || Endpoint::of_script(&parse(PROXY, "autoconfig-url")?.get::<String>()?);
        [HTTP, HTTPS, SOCKS].into_iter().filter_map(named).chain(script()).collect()
    }

    fn other(&self, name: &str) -> Option<Box<dyn SystemProxy>> {
        super::linux::named(name)
    }
}

/// What stores the settings is reached by it. Looked for only when something was not stored: other stores do without.
fn session_bus() -> Result<(), ProxyError> {
    let found = gio::bus_get_sync(gio::BusType::Session, None::<&gio::Cancellable>);
    let why = |error| ProxyError::Desktop(format!("there is no session bus to store them by ({error})"));
    found.map(drop).map_err(why)
}

fn set(settings: &Settings, key: &str, value: Option<&str>, full: &str) -> Result<(), ProxyError> {
    if !settings.is_writable(key) {
        return Err(ProxyError::Locked { key: full.to_owned() });
    }
    let Some(value) = value else {
        settings.reset(key);
        return Ok(());
    };
    let odd = || ProxyError::Desktop(format!("{full} does not take the value that was kept for it"));
    let schema_key = settings.settings_schema().ok_or_else(odd)?.key(key);
    let value = Variant::parse(Some(&schema_key.value_type()), value).map_err(|_| odd())?;
    // GSettings would report it as a bug of this program, which ends it where warnings are set to be fatal.
    if !schema_key.range_check(&value) {
        return Err(odd());
    }
    settings.set_value(key, &value).map_err(|_| odd())
}

/// Opens the settings of a schema. `Settings::new` ends the process if there is none, so that is looked up first.
fn settings(id: &str) -> Result<Settings, ProxyError> {
    let schema = schema(id).ok_or_else(|| ProxyError::Desktop(format!("the schema {id} is not installed")))?;
    let settings = Settings::new_full(&schema, None::<&gio::SettingsBackend>, None);
    // Without a store GIO keeps values in memory and nobody else sees them, yet reading them back would succeed.
    let store = settings.backend().map(|backend| backend.type_().name());
    match store {
        Some("GMemorySettingsBackend" | "GNullSettingsBackend") => {
            Err(ProxyError::Desktop("there is no settings store (dconf) that other programs read".to_owned()))
        }
        _ => Ok(settings),
    }
}

fn schema(id: &str) -> Option<SettingsSchema> {
    SettingsSchemaSource::default()?.lookup(id, true)
}

fn default_port(id: &str) -> Option<i32> {
    schema(id)?.key("port").default_value().get()
}

fn step(part: Part, id: &str, values: Vec<(&str, Variant)>) -> Step {
    let values = values.into_iter().map(|(key, value)| (full_key(id, key), Some(text(&value)))).collect();
    Step { part, values }
}

fn full_key(id: &str, key: &str) -> String {
    format!("{id} {key}")
}

fn text(value: &Variant) -> String {
    value.print(false).into()
}

const PROXY: &str = "org.gnome.system.proxy";
const HTTP: &str = "org.gnome.system.proxy.http";
const HTTPS: &str = "org.gnome.system.proxy.https";
const SOCKS: &str = "org.gnome.system.proxy.socks";

const KEYS: [(&str, &str); 10] = [
    (PROXY, "mode"),
    (PROXY, "autoconfig-url"),
    (PROXY, "ignore-hosts"),
    (HTTP, "host"),
    (HTTP, "port"),
    (HTTP, "use-authentication"),
    (HTTPS, "host"),
    (HTTPS, "port"),
    (SOCKS, "host"),
    (SOCKS, "port"),
];
