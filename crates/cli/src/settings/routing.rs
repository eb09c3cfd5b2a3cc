//! Which targets go where: the rules and the mode, out of options and file; and what they say of a target.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use parasol_app::relay::{Cause, Mode, Route, Routing, RuleSet};
use parasol_proto::Address;

use crate::args::{ExplainArgs, RoutingArgs, RoutingMode};
use crate::config_file::LocalEntry;
use crate::fault::Fault;
use crate::run::print_line;

/// The largest lists in use have some megabytes.
const MAX_LEN: u64 = 64 * 1024 * 1024;
/// So many lines of a file are told of; more would bury what else is said.
const MAX_TOLD: usize = 10;

/// The routing. Without rules and mode it is ss-local's: everything through the server.
pub(super) fn of(args: &RoutingArgs, file: Option<&Path>, warnings: &mut Vec<String>) -> Result<Routing, Fault> {
    let path = args.acl.as_deref().or(file);
    let mode = match (args.mode, path) {
        (None, None) => return Ok(Routing::everything_proxied()),
        (None | Some(RoutingMode::Rules), _) => Mode::Rules,
        (Some(RoutingMode::Global), _) => Mode::Global,
        (Some(RoutingMode::Direct), _) => Mode::Direct,
    };
    let rules = path.map(|path| rules(path, warnings)).transpose()?;
    let routing = rules.map_or_else(Routing::default, Routing::by_rules);
    Ok(Routing { mode, local_direct: !args.proxy_lan, ..routing })
}

/// The one list of a file's local ports: its own, or what all of them say. They share one here.
pub(super) fn list_of<'a>(
    locals: &'a [LocalEntry],
    file: Option<&'a Path>,
    warnings: &mut Vec<String>,
) -> Option<&'a Path> {
    let (first, rest) = locals.split_first()?;
    if locals.iter().all(|local| local.acl.is_none()) {
        return file;
    }
    if rest.iter().any(|local| local.acl != first.acl) || file.is_some_and(|file| first.acl.as_deref() != Some(file)) {
        warnings.push("the local ports share one list of rules here; that of the first is used for all".to_owned());
    }
    first.acl.as_deref().or(file)
}

/// The rules of a file, and a warning for each line that is not applied.
fn rules(path: &Path, warnings: &mut Vec<String>) -> Result<RuleSet, Fault> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if File::open(path)?.take(MAX_LEN + 1).read_to_end(&mut bytes)? as u64 > MAX_LEN {
            return Err(io::Error::other(format!("it is longer than {MAX_LEN} bytes")));
        }
        Ok(bytes)
    };
    let bytes = read().map_err(|source| Fault::AclFile { path: path.to_owned(), source })?;
    let (rules, found) = RuleSet::parse(&String::from_utf8_lossy(&bytes));
    let told = found.as_slice().len().min(MAX_TOLD);
    warnings.extend(found.as_slice()[..told].iter().map(|warning| format!("{}: {warning}", path.display())));
    let more = found.as_slice().len() - told + found.dropped();
    if more > 0 {
        warnings.push(format!("{}: {more} more lines are not applied", path.display()));
    }
    Ok(rules)
}

/// `parasol explain`: a line for each target.
pub(crate) fn explain(args: &ExplainArgs) -> Result<(), Fault> {
    let mut warnings = Vec::new();
    let routing = of(&args.routing, None, &mut warnings)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    for text in &args.targets {
        print_line(&format!("{text}: {}", words(&routing, &target(text)?)))?;
    }
    Ok(())
}

/// A target without a port is asked about as port 443; rules do not speak of ports.
fn target(text: &str) -> Result<Address, Fault> {
    text.parse().or_else(|_| Address::from_host(text, 443)).map_err(|source| Fault::bad_target(text, source))
}

fn words(routing: &Routing, target: &Address) -> String {
    let routed = routing.explain(target);
    let route = match routed.route {
        Route::Proxy => "proxy",
        Route::Direct => "direct",
        Route::Block => "block",
    };
    match &routed.cause {
        Cause::Rule { line, list, text } => format!("{route}, by the rule {text} (line {line}, {list})"),
        Cause::Default => format!("{route}, because no rule names it"),
        Cause::Local => format!("{route}, because it is on this machine or in its network and no rule names it"),
        Cause::Mode | Cause::Port => format!("{route}, by the mode"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_file_say_how_to_route() {
        let dir = tempfile::tempdir().unwrap();
        let acl = dir.path().join("rules.acl");
        std::fs::write(&acl, b"[bypass_list]\n||example.com\n# \xff\n(\n").unwrap();
        let args = |acl: Option<&Path>, mode, proxy_lan| RoutingArgs { acl: acl.map(Into::into), mode, proxy_lan };
        let (name, lan, other) = ("www.example.com:1", "192.168.0.1:1", "example.org:1");
        let (rules, global, direct) = (RoutingMode::Rules, RoutingMode::Global, RoutingMode::Direct);
        for (args, file, routes) in [
            (args(None, None, false), None, [Route::Proxy, Route::Proxy, Route::Proxy]),
            (args(Some(&acl), None, false), None, [Route::Direct, Route::Direct, Route::Proxy]),
            (args(None, None, false), Some(&*acl), [Route::Direct, Route::Direct, Route::Proxy]),
            (args(None, None, true), Some(&*acl), [Route::Direct, Route::Proxy, Route::Proxy]),
            (args(None, Some(rules), false), None, [Route::Proxy, Route::Direct, Route::Proxy]),
            (args(Some(&acl), Some(global), false), None, [Route::Proxy, Route::Direct, Route::Proxy]),
            (args(Some(&acl), Some(direct), true), None, [Route::Direct, Route::Direct, Route::Direct]),
        ] {
            let mut warnings = Vec::new();
            let routing = of(&args, file, &mut warnings).unwrap();
            let found = [name, lan, other].map(|target| routing.explain(&target.parse().unwrap()).route);
            assert_eq!(found, routes, "{args:?} {file:?}");
            let read = args.acl.is_some() || file.is_some();
            assert_eq!(warnings.len(), usize::from(read), "{warnings:?}");
        }
    }

    #[test]
    fn an_explanation_names_the_rule_and_its_line() {
        let routing = Routing::by_rules(RuleSet::parse("[outbound_block_list]\n||ads.test").0);
        let said = |text: &str| words(&routing, &target(text).unwrap());
        assert_eq!(said("www.ads.test"), "block, by the rule ||ads.test (line 2, outbound_block_list)");
        assert_eq!(said("example.org:80"), "proxy, because no rule names it");
        assert!(said("::1").starts_with("direct, because it is on this machine"));
        assert!(target("a b").is_err());
    }
}
