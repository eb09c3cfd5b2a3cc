use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

/// A desktop in memory: for tests, and for running the program where the real settings must not be touched.
///
/// Clones share one desktop, as two programs would: keep one to play the user, or another program, while a lease holds
/// the other. What goes wrong, and when, is data: see [`Fake::inject`].
#[derive(Debug, Clone, Default)]
pub struct Fake(Arc<Mutex<Desktop>>);

/// What goes wrong with a [`Fake`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This operation fails, the next ones work.
    Fails,
    /// This operation and all later ones fail, as if our process were gone.
    Stops,
    /// Writes report success and do nothing, as GNOME's do without a session bus.
    Ignores,
}

#[derive(Debug, Default)]
struct Desktop {
    settings: Snapshot,
    operations: usize,
    fault: Option<(usize, Fault)>,
}

impl Fake {
    /// Every key of the fake desktop.
    pub const KEYS: [&str; 9] =
        ["http host", "http port", "https host", "https port", "socks host", "socks port", "bypass", "script", "mode"];

    /// A desktop whose user has set these keys; the others were never set.
    pub fn new<'a>(set: impl IntoIterator<Item = (&'a str, &'a str)>) -> Fake {
        let mut settings: Snapshot = Fake::KEYS.iter().map(|key| (*key, None::<String>)).collect();
        settings.overlay(&set.into_iter().map(|(key, value)| (key, Some(value))).collect());
        Fake(Arc::new(Mutex::new(Desktop { settings, ..Desktop::default() })))
    }

    /// The settings as they are now; never fails and does not count as an operation.
    pub fn settings(&self) -> Snapshot {
        self.desktop().settings.clone()
    }

    /// Changes settings as the user or another program would; never fails and does not count as an operation.
    pub fn change(&self, values: &Snapshot) {
        self.desktop().settings.overlay(values);
    }

    /// Lets `operations` more reads and writes pass, then goes wrong. Replaces an earlier fault.
    pub fn inject(&self, operations: usize, fault: Fault) {
        let mut desktop = self.desktop();
        desktop.fault = Some((desktop.operations + operations, fault));
    }

    /// From now on everything works again.
    pub fn mend(&self) {
        self.desktop().fault = None;
    }

    /// How many reads and writes there have been.
    pub fn operations(&self) -> usize {
        self.desktop().operations
    }

    /// Counts one operation; tells whether it takes effect.
    fn operate(desktop: &mut Desktop) -> Result<bool, ProxyError> {
        let at = desktop.operations;
        desktop.operations += 1;
        match desktop.fault {
            Some((from, Fault::Fails)) if at == from => Err(ProxyError::Desktop("an injected failure".to_owned())),
            Some((from, Fault::Stops)) if at >= from => Err(ProxyError::Desktop("an injected stop".to_owned())),
            Some((from, Fault::Ignores)) if at >= from => Ok(false),
            _ => Ok(true),
        }
    }

    fn desktop(&self) -> MutexGuard<'_, Desktop> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SystemProxy for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut desktop = self.desktop();
        Fake::operate(&mut desktop)?;
        Ok(desktop.settings.clone())
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let mut desktop = self.desktop();
        if Fake::operate(&mut desktop)? {
            desktop.settings.overlay(values);
        }
        Ok(())
    }

    fn plan(&self, _: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        let (host, port) = (wanted.address().ip().to_string(), wanted.address().port().to_string());
        let step = |part, values: &[(&str, &str)]| Step {
            part,
            values: values.iter().map(|(key, value)| (*key, Some(*value))).collect(),
        };
        if let Some(url) = wanted.script() {
            return vec![step(Part::Endpoint, &[("script", url)]), step(Part::Switch, &[("mode", "auto")])];
        }
        vec![
            step(Part::Endpoint, &[("http host", &host), ("http port", &port)]),
            step(Part::Endpoint, &[("https host", &host), ("https port", &port)]),
            step(Part::Endpoint, &[("socks host", &host), ("socks port", &port)]),
            step(Part::Bypass, &[("bypass", &wanted.bypass().join(","))]),
            step(Part::Switch, &[("mode", "manual")]),
        ]
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let named = |protocol: &str| {
            let host = values.value(&format!("{protocol} host")).filter(|host| !host.is_empty())?;
            let port = values.value(&format!("{protocol} port"))?.parse().ok()?;
            Some(Endpoint { host: host.to_owned(), port })
        };
        let script = values.value("script").and_then(Endpoint::of_script);
        ["http", "https", "socks"].into_iter().filter_map(named).chain(script).collect()
    }
}
