//! The user's own rules: from text to what the relay goes by, and what they say of a host.

use std::sync::Arc;

use parasol_proto::Address;
use parasol_proto::acl::{MAX_WARNINGS, Warning, WarningKind, pac};

use crate::document::Settings;
use crate::relay::{Below, Cause, Mode, Route, Routing, RuleSet};
use crate::rules::{Explained, RouteCause, RouteCode, RuleFault, RuleRefused, RulesPreview};
use crate::state::RoutingMode;

/// The most bytes of the user's rules: the largest lists in use, some 100,000 rules, are shorter.
pub const MAX_BYTES: u32 = 4 << 20;
/// The most characters of a rule or cause that are shown.
const MAX_SHOWN: usize = 80;

/// What the text would become. Takes up to a second for the longest text.
#[must_use]
pub fn preview(text: &str) -> RulesPreview {
    if is_too_long(text) {
        return RulesPreview { rules: 0, refused: Vec::new(), more: 0, too_long: true };
    }
    let (rules, warnings) = RuleSet::parse(text);
    RulesPreview {
        rules: count(rules.len()),
        refused: warnings.as_slice().iter().map(refused).collect(),
        more: count(warnings.dropped()),
        too_long: false,
    }
}

/// What the text would become as rules of the script alone.
#[must_use]
pub fn preview_pac(text: &str) -> RulesPreview {
    let mut preview = preview(text);
    if preview.too_long {
        return preview;
    }
    let (rules, _) = RuleSet::parse(text);
    for (rule, why) in pac::unusable(&rules) {
        preview.rules = preview.rules.saturating_sub(1);
        if preview.refused.len() == MAX_WARNINGS {
            preview.more = preview.more.saturating_add(1);
            continue;
        }
        let reason = match why {
            pac::Unusable::Blocks => RuleFault::PacBlocks,
            pac::Unusable::Pattern => RuleFault::PacPattern,
        };
        preview.refused.push(RuleRefused { line: count(rule.line), text: short(rule.text), reason });
    }
    preview.refused.sort_by_key(|refused| refused.line);
    preview
}

/// How many rules of the script alone are in force.
#[must_use]
pub fn pac_rules(own: &RuleSet) -> u32 {
    count(own.len() - pac::unusable(own).count())
}

/// Longer than rules may be; such a text is not read.
#[must_use]
pub fn is_too_long(text: &str) -> bool {
    !u32::try_from(text.len()).is_ok_and(|bytes| bytes <= MAX_BYTES)
}

/// By these rules and settings, and below them by these lists.
#[must_use]
pub fn routing(settings: &Settings, rules: Arc<RuleSet>, lists: Vec<Below>) -> Routing {
    let mode = match settings.mode {
        RoutingMode::Rules => Mode::Rules,
        RoutingMode::Global => Mode::Global,
        RoutingMode::Direct => Mode::Direct,
    };
    Routing { rules, lists, mode, local_direct: settings.local_direct }
}

/// A route as it crosses the glass.
pub(crate) fn route_code(route: Route) -> RouteCode {
    match route {
        Route::Proxy => RouteCode::Proxy,
        Route::Direct => RouteCode::Direct,
        Route::Block => RouteCode::Block,
    }
}

/// Where the host goes that was typed or pasted; an address of a web page or a port behind it does no harm. `None`
/// when that is no host. `titles`: what the lists are called.
#[must_use]
pub fn explain(routing: &Routing, titles: &[String], typed: &str) -> Option<Explained> {
    let target = target(typed)?;
    let routed = routing.explain(&target);
    let route = route_code(routed.route);
    let title = |at: usize| titles.get(at).map(|title| short(title));
    let cause = match routed.cause {
        Cause::Rule { line, list, text } => {
            let at = routing.layers().layer_of(&target).unwrap_or_default();
            let set = at.checked_sub(1).and_then(|at| routing.lists.get(at)).map_or(&routing.rules, |list| &list.rules);
            let from = at.checked_sub(1).and_then(title);
            let (list, text) = (list.name().to_owned(), short(&text));
            RouteCause::Rule { from, hits: set.hits_of(line), line: count(line), list, text }
        }
        Cause::Default => RouteCause::Default { from: routing.layers().rest_by().and_then(title) },
        Cause::Local => RouteCause::Local,
        Cause::Mode | Cause::Port => RouteCause::Mode,
    };
    Some(Explained { host: target.host(), route, cause })
}

/// Rules do not speak of ports, so any will do where there is none.
fn target(typed: &str) -> Option<Address> {
    let typed = typed.trim();
    let rest = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.parse().or_else(|_| Address::from_host(host, 443)).ok()
}

fn refused(warning: &Warning) -> RuleRefused {
    let reason = match &warning.kind {
        WarningKind::UnknownSection => RuleFault::UnknownSection,
        WarningKind::BadNetwork => RuleFault::BadNetwork,
        WarningKind::BadName => RuleFault::BadName,
        WarningKind::BadPattern(cause) => RuleFault::BadPattern { cause: short(cause) },
        WarningKind::PatternTooBig => RuleFault::PatternTooBig,
        WarningKind::TooManyPatterns => RuleFault::TooManyPatterns,
        WarningKind::NotAscii => RuleFault::NotAscii,
        WarningKind::TooLong => RuleFault::TooLong,
        WarningKind::Import => RuleFault::Import,
    };
    RuleRefused { line: count(warning.line), text: warning.text.clone(), reason }
}

fn short(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(mode: RoutingMode, text: &str) -> Routing {
        let mut settings = Settings::default();
        settings.mode = mode;
        routing(&settings, Arc::new(RuleSet::parse(text).0), Vec::new())
    }

    #[test]
    fn each_refused_line_has_its_number_and_reason() {
        let text = "[proxy_list]\n||good.example\n10.0.0.0/99\n(\n#IMPORT_URL x\n[other]\n";
        let preview = preview(text);
        assert_eq!((preview.rules, preview.more, preview.too_long), (1, 0, false));
        let found: Vec<_> = preview.refused.iter().map(|refused| (refused.line, &refused.reason)).collect();
        assert_eq!(found[0], (3, &RuleFault::BadNetwork));
        assert!(matches!(found[1], (4, RuleFault::BadPattern { .. })), "{found:?}");
        assert!(found.contains(&(6, &RuleFault::UnknownSection)), "{found:?}");
    }

    #[test]
    fn a_text_without_bound_is_not_read() {
        let preview = preview(&"a\n".repeat(MAX_BYTES as usize));
        assert_eq!((preview.rules, preview.too_long), (0, true));
    }

    #[test]
    fn of_the_rules_for_a_script_those_that_it_cannot_have_are_told_too() {
        let text = "||near.example\n(a+)+b\n10.0.0.0/99\n[outbound_block_list]\n||ads.example\n";
        let preview = preview_pac(text);
        let found: Vec<_> = preview.refused.iter().map(|refused| (refused.line, &refused.reason)).collect();
        assert_eq!(found, [(2, &RuleFault::PacPattern), (3, &RuleFault::BadNetwork), (5, &RuleFault::PacBlocks)]);
        assert_eq!((preview.rules, preview.more), (1, 0));
        assert_eq!(pac_rules(&RuleSet::parse(text).0), 1);
        let many = preview_pac(&format!("[outbound_block_list]\n{}", "||ads.example\n".repeat(MAX_WARNINGS + 7)));
        assert_eq!((many.rules, many.refused.len(), many.more), (0, MAX_WARNINGS, 7));
    }

    #[test]
    fn a_host_is_explained_however_it_was_pasted() {
        let routing = by(RoutingMode::Rules, "[outbound_block_list]\n||ads.test\n[bypass_list]\n||near.test\n");
        let rule = |line: u32, list: &str, text: &str| RouteCause::Rule {
            from: None,
            hits: 0,
            line,
            list: list.into(),
            text: text.into(),
        };
        for (typed, host, route, cause) in [
            ("www.ads.test", "www.ads.test", RouteCode::Block, rule(2, "outbound_block_list", "||ads.test")),
            (
                " https://me@Near.test:8443/a?b#c ",
                "near.test",
                RouteCode::Direct,
                rule(4, "bypass_list", "||near.test"),
            ),
            ("far.test:1", "far.test", RouteCode::Proxy, RouteCause::Default { from: None }),
            ("192.168.1.1", "192.168.1.1", RouteCode::Direct, RouteCause::Local),
            ("[::1]:80", "::1", RouteCode::Direct, RouteCause::Local),
            ("::1", "::1", RouteCode::Direct, RouteCause::Local),
        ] {
            let expected = Explained { host: host.into(), route, cause };
            assert_eq!(explain(&routing, &[], typed), Some(expected), "{typed}");
        }
        for typed in ["", "a b", "https://", "a..b"] {
            assert_eq!(explain(&routing, &[], typed), None, "{typed:?}");
        }
    }

    fn list(text: &str) -> Below {
        let rules = Arc::new(RuleSet::parse(text).0);
        Below { rest_direct: rules.states_direct(), rules }
    }

    #[test]
    fn a_default_of_a_list_is_told_from_the_users() {
        let titles = ["First", "Second"].map(str::to_owned);
        for (own, route, whose) in [("", RouteCode::Direct, Some("Second")), ("[proxy_all]", RouteCode::Proxy, None)] {
            let lists = vec![list("||a.test"), list("[bypass_all]")];
            let routing = Routing { lists, ..by(RoutingMode::Rules, own) };
            let found = explain(&routing, &titles, "else.test").unwrap();
            assert_eq!((found.route, found.cause), (route, RouteCause::Default { from: whose.map(str::to_owned) }));
        }
    }

    #[test]
    fn a_rule_of_a_list_is_told_from_one_of_the_users() {
        let own = by(RoutingMode::Rules, "||shop.test");
        let lists = ["||shop.test", "[outbound_block_list]\n||ads.test"].map(list);
        let routing = Routing { lists: lists.into(), ..own };
        let titles = ["First", "Second"].map(str::to_owned);
        let _ = routing.layers().decide_and_count(&"ads.test:443".parse().unwrap());
        for (host, whose, times) in [("shop.test", None, 0), ("ads.test", Some("Second"), 1)] {
            let Some(Explained { cause: RouteCause::Rule { from, hits, .. }, .. }) = explain(&routing, &titles, host)
            else {
                panic!("no rule of {host}");
            };
            assert_eq!((from.as_deref(), hits), (whose, times), "{host}");
        }
    }

    #[test]
    fn a_mode_stands_above_the_rules() {
        let text = "[outbound_block_list]\n||ads.test\n";
        for (mode, host, route) in [
            (RoutingMode::Rules, "ads.test", RouteCode::Block),
            (RoutingMode::Global, "ads.test", RouteCode::Proxy),
            (RoutingMode::Direct, "ads.test", RouteCode::Direct),
            (RoutingMode::Global, "10.0.0.1", RouteCode::Direct),
        ] {
            let found = explain(&by(mode, text), &[], host).unwrap();
            assert_eq!(found.route, route, "{mode:?} {host}");
        }
    }
}
