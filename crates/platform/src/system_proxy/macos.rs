use std::collections::BTreeMap;

use super::{Endpoint, Part, ProxyError, Snapshot, Step, SystemProxy, Wanted};

mod networksetup;

use self::networksetup::{
    Asked, Kind, Script, parse_bypass, parse_discovery, parse_proxy, parse_script, parse_services,
};

/// The proxies of every network service of macOS that is switched on (Wi-Fi, Ethernet, …), by Apple's own `networksetup`:
/// so it needs no tie to a framework that nobody can try here, and its words are all that has to be right.
///
/// A key of a [`Snapshot`] is spelled `WHAT/SERVICE`, as in `web host/Wi-Fi`. `None` is off, empty, or a port of 0: there is
/// no such thing as "never set" here.
///
/// A proxy is switched on by the command that names it, so name and switch are one step, as with a script. What finds a
/// proxy by itself, a script or a search for one, goes before it and is put back after it: it would win.
pub(super) struct Macos<R> {
    run: R,
    /// Whether a service can have a proxy. Some cannot, which shows when they are asked; it does not change.
    can_have: BTreeMap<String, bool>,
}

/// Runs `networksetup` with these arguments, and gives what it prints.
pub(super) trait Run: Send {
    /// # Errors
    /// It could not be started, or said that it failed.
    fn run(&mut self, args: &[&str]) -> Result<String, ProxyError>;
}

impl<R: Run> Macos<R> {
    pub(super) fn new(run: R) -> Macos<R> {
        Macos { run, can_have: BTreeMap::new() }
    }

    /// The services that are switched on now and can have a proxy. They come and go with adapters, phones and locations.
    fn services(&mut self) -> Result<Vec<String>, ProxyError> {
        let listed = parse_services(&self.run.run(&["-listallnetworkservices"])?);
        for service in &listed {
            if !self.can_have.contains_key(service) {
                let can = self.run.run(&[Kind::Web.get(), service]).is_ok();
                self.can_have.insert(service.clone(), can);
            }
        }
        Ok(listed.into_iter().filter(|service| self.can_have[service]).collect())
    }

    fn read_part(
        &mut self,
        service: &str,
        asked: Asked,
        settings: &mut Vec<(String, Option<String>)>,
    ) -> Result<(), ProxyError> {
        let mut keep = |what: &str, value: Option<String>| settings.push((full_key(what, service), value));
        match asked {
            Asked::Proxy(kind) => {
                let text = self.run.run(&[kind.get(), service])?;
                let proxy = parse_proxy(&text).ok_or_else(|| not_understood(kind.get(), service))?;
                let named = proxy.named();
                keep(&format!("{} host", kind.name()), named.map(|(host, _)| host.to_owned()));
                keep(&format!("{} port", kind.name()), named.map(|(_, port)| port.to_string()));
                keep(&format!("{} login", kind.name()), on(proxy.has_login));
                keep(&format!("{} on", kind.name()), on(proxy.is_on));
            }
            Asked::Bypass => {
                let bypass = parse_bypass(&self.run.run(&["-getproxybypassdomains", service])?);
                keep("bypass", (!bypass.is_empty()).then(|| bypass.join(",")));
            }
            Asked::Script => {
                let script = self.script(service)?;
                keep("script url", script.named().map(str::to_owned));
                keep("script on", on(script.is_on));
            }
            Asked::Search => {
                let text = self.run.run(&["-getproxyautodiscovery", service])?;
                let found = parse_discovery(&text).ok_or_else(|| not_understood("-getproxyautodiscovery", service))?;
                keep("search on", on(found));
            }
        }
        Ok(())
    }

    fn script(&mut self, service: &str) -> Result<Script, ProxyError> {
        let text = self.run.run(&["-getautoproxyurl", service])?;
        parse_script(&text).ok_or_else(|| not_understood("-getautoproxyurl", service))
    }

    /// The commands that write these values of one service, in their order.
    fn write_service(&mut self, service: &str, values: &Snapshot) -> Result<(), ProxyError> {
        let has = |what: &str| values.contains(&full_key(what, service));
        let value = |what: &str| values.value(&full_key(what, service));
        let state = |what: &str| if value(what).is_some() { "on" } else { "off" };
        for kind in Kind::ALL {
            let part = |part: &str| format!("{} {part}", kind.name());
            if has(&part("host")) {
                let named = value(&part("host")).zip(value(&part("port")));
                let (host, port) = named.unwrap_or(("", "0"));
                let told = self.run.run(&[kind.set(), service, host, port]);
                // Where an empty name is refused, the proxy that is switched off below is as good as none; see `named`.
                if named.is_some() {
                    told?;
                }
            }
            if has(&part("on")) {
                // The command before has switched it on.
                self.run.run(&[kind.set_state(), service, state(&part("on"))])?;
            }
        }
        if has("bypass") {
            let mut args = vec!["-setproxybypassdomains", service];
            match value("bypass") {
                Some(domains) => args.extend(domains.split(',')),
                None => args.push("Empty"),
            }
            self.run.run(&args)?;
        }
        if let Some(url) = value("script url") {
            // It would be switched on for a moment. One that goes is only switched off, below; see `named`.
            if self.script(service)?.url.as_deref() != Some(url) {
                self.run.run(&["-setautoproxyurl", service, url])?;
            }
        }
        if has("script on") {
            self.run.run(&["-setautoproxystate", service, state("script on")])?;
        }
        if has("search on") {
            self.run.run(&["-setproxyautodiscovery", service, state("search on")])?;
        }
        Ok(())
    }
}

impl<R: Run> SystemProxy for Macos<R> {
    fn name(&self) -> &'static str {
        "macos"
    }

    fn read(&mut self) -> Result<Snapshot, ProxyError> {
        let mut settings = Vec::new();
        for service in self.services()? {
            for asked in Asked::ALL {
                self.read_part(&service, asked, &mut settings)?;
            }
        }
        Ok(settings.into_iter().collect())
    }

    /// Each command takes its time, and all of all services are some dozens.
    fn read_of(&mut self, keys: &Snapshot) -> Result<Snapshot, ProxyError> {
        let mut all: Vec<(&str, Asked)> = Vec::new();
        for (what, service) in keys.keys().filter_map(|key| key.split_once('/')) {
            if let Some(asked) = Asked::of(what)
                && !all.contains(&(service, asked))
            {
                all.push((service, asked));
            }
        }
        let mut settings = Vec::new();
        for (service, asked) in all {
            if let Err(error) = self.read_part(service, asked, &mut settings)
                && self.services()?.iter().any(|listed| listed == service)
            {
                return Err(error);
            }
        }
        Ok(settings.into_iter().collect())
    }

    fn write(&mut self, values: &Snapshot) -> Result<(), ProxyError> {
        let mut services: Vec<&str> = values.keys().filter_map(|key| Some(key.split_once('/')?.1)).collect();
        services.sort_unstable();
        services.dedup();
        services.into_iter().try_for_each(|service| self.write_service(service, values))
    }

    fn plan(&self, present: &Snapshot, wanted: &Wanted) -> Vec<Step> {
        let (host, port) = (wanted.address().ip().to_string(), wanted.address().port().to_string());
        let bypass = wanted.bypass().join(",");
        let services: Vec<&str> = present.keys().filter_map(|key| key.strip_prefix("bypass/")).collect();
        let endpoint = |kind: Kind, service: &str| {
            let values = [("host", Some(&*host)), ("port", Some(&*port)), ("login", None), ("on", Some("on"))];
            let full = values.map(|(part, value)| (full_key(&format!("{} {part}", kind.name()), service), value));
            Step { part: Part::Endpoint, values: full.into_iter().collect() }
        };
        let mut steps: Vec<Step> =
            services.iter().map(|name| step(Part::Script, name, &[("search on", None)])).collect();
        if let Some(url) = wanted.script() {
            let ours = [("script url", Some(url)), ("script on", Some("on"))];
            steps.extend(services.iter().map(|name| step(Part::Endpoint, name, &ours)));
            return steps;
        }
        // One on this machine may be ours; switched off, it is as good as none, see `named`.
        let is_elsewhere = |url: &&str| Endpoint::of_script(url).is_some_and(|endpoint| !endpoint.is_loopback());
        steps.extend(services.iter().map(|name| {
            let url = present.value(&full_key("script url", name)).filter(is_elsewhere);
            step(Part::Script, name, &[("script url", url), ("script on", None)])
        }));
        steps.extend(services.iter().map(|name| step(Part::Bypass, name, &[("bypass", Some(&*bypass))])));
        steps.extend(services.iter().flat_map(|name| Kind::ALL.map(|kind| endpoint(kind, name))));
        steps
    }

    fn endpoints(&self, values: &Snapshot) -> Vec<Endpoint> {
        let named = |(key, host): (&str, Option<&str>)| {
            let (what, service) = key.split_once('/')?;
            if what == "script url" {
                return Endpoint::of_script(host?);
            }
            let kind = what.strip_suffix(" host")?;
            let port = values.value(&full_key(&format!("{kind} port"), service))?.parse().ok()?;
            Some(Endpoint { host: host?.to_owned(), port })
        };
        values.iter().filter_map(named).collect()
    }

    fn governs(&self, keys: &Snapshot, endpoint: &Snapshot) -> bool {
        let service = |keys: &Snapshot| keys.keys().next().and_then(|key| Some(key.split_once('/')?.1.to_owned()));
        service(keys) == service(endpoint)
    }

    fn may_be_taken(&self, users: &Snapshot) -> Result<(), ProxyError> {
        let login = users.iter().find(|(key, value)| value.is_some() && key.contains(" login/"));
        match login.and_then(|(key, _)| key.split_once('/')) {
            None => Ok(()),
            Some((_, service)) => Err(ProxyError::Desktop(format!(
                "the proxy of {service} has a password, which could not be put back; switch that proxy's password off first"
            ))),
        }
    }
}

impl<R> std::fmt::Debug for Macos<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Macos").field("services", &self.can_have).finish_non_exhaustive()
    }
}

/// This Mac's.
#[cfg(target_os = "macos")]
pub(super) fn here() -> Option<Box<dyn SystemProxy>> {
    Some(Box::new(Macos::new(NetworkSetup)))
}

/// Apple's program.
#[cfg(target_os = "macos")]
#[derive(Debug)]
pub(super) struct NetworkSetup;

#[cfg(target_os = "macos")]
impl Run for NetworkSetup {
    fn run(&mut self, args: &[&str]) -> Result<String, ProxyError> {
        // What is asked of which service, and not what was to be set: where the script is is nobody else's business.
        let asked = args.get(..2).unwrap_or(args).join(" ");
        let failed = |why: &dyn std::fmt::Display| ProxyError::Desktop(format!("networksetup {asked}: {why}"));
        // By its whole path: nothing of the user's stands in for it. It speaks English whatever the user does.
        let output =
            std::process::Command::new("/usr/sbin/networksetup").args(args).output().map_err(|error| failed(&error))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() && !networksetup::is_error(&text) { Ok(text) } else { Err(failed(&text.trim())) }
    }
}

fn step(part: Part, service: &str, values: &[(&str, Option<&str>)]) -> Step {
    Step { part, values: values.iter().map(|(what, value)| (full_key(what, service), *value)).collect() }
}

fn on(is_on: bool) -> Option<String> {
    is_on.then(|| "on".to_owned())
}

fn full_key(what: &str, service: &str) -> String {
    format!("{what}/{service}")
}

fn not_understood(command: &str, service: &str) -> ProxyError {
    ProxyError::Desktop(format!("what networksetup {command} says of {service} is not understood"))
}

#[cfg(test)]
mod tests;
