//! Which targets go through the server, which directly, which nowhere, and by which rule.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use harness::curl::curl;
use harness::dns::{Entry, NameServer};
use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use harness::udp::{Association, Echo, header, header_name};
use parasol_engine::{Egress, FlowEnd, NameServers, Routing, Verdict};
use parasol_proto::acl::{Below, Mode, Route, RuleSet};
use parasol_proto::{Address, Method};

use crate::running::{Running, config, mixed, server_config, shadowsocks};

const METHOD: Method = Method::Aes128Gcm;
const LOOPBACK: &[IpAddr] = &[IpAddr::V4(Ipv4Addr::LOCALHOST)];

fn by(text: &str) -> Routing {
    let (rules, warnings) = RuleSet::parse(text);
    assert!(warnings.is_empty(), "{warnings:?}");
    Routing { local_direct: false, ..Routing::by_rules(rules) }
}

/// A server that knows some names, and a local in front of it that knows others.
struct Pair {
    near: Running,
    far: Running,
    _names: [NameServer; 2],
}

impl Pair {
    async fn start(routing: Routing, near_names: &'static [Entry], far_names: &'static [Entry]) -> Pair {
        let names = [NameServer::start(near_names).await, NameServer::start(far_names).await];
        let mut far = config(vec![shadowsocks(METHOD, Egress::Any)]);
        far.name_servers = NameServers::These(vec![names[1].address]);
        let far = Running::start(far);
        let mut near = config(vec![mixed(server_config(far.address, METHOD))]);
        near.name_servers = NameServers::These(vec![names[0].address]);
        near.routing = routing;
        Pair { near: Running::start(near), far, _names: names }
    }

    /// Talks to the target by this name; tells how it was routed and by which rule.
    async fn reach(&mut self, host: &str, port: u16) -> (Option<Route>, Option<String>) {
        let before = self.far.engine.ports()[0].accepted;
        let stream = socks5::connect_name(self.near.address, host, port).await.expect(host);
        assert_eq!(payload::exchange(stream, b"ping").await.expect(host).len, 4, "{host}");
        let flow = self.near.ended().await;
        let proxied = self.far.engine.ports()[0].accepted > before;
        assert_eq!(flow.route == Some(Route::Proxy), proxied, "{host}: {flow:?}");
        assert_eq!(flow.server.is_some(), proxied, "{host}: {flow:?}");
        (flow.route, flow.rule.map(Into::into))
    }
}

#[tokio::test]
async fn each_name_is_looked_up_on_the_side_that_dials_it() {
    // Each side knows one of them only, so that a name that was asked for on the wrong side is not found.
    let text = "[proxy_all]\n[bypass_list]\n||near.test";
    let mut pair = Pair::start(by(text), &[("www.near.test", LOOPBACK)], &[("far.test", LOOPBACK)]).await;
    let port = Target::start(Manner::Echo).await;
    let port = port.address.port();
    assert_eq!(pair.reach("www.near.test", port).await, (Some(Route::Direct), Some("||near.test".to_owned())));
    assert_eq!(pair.reach("far.test", port).await, (Some(Route::Proxy), None));
}

#[tokio::test]
async fn addresses_go_by_the_networks_of_the_rules() {
    let text = "[bypass_all]\n[proxy_list]\n127.0.0.0/8";
    let mut pair = Pair::start(by(text), &[("name.test", LOOPBACK)], &[]).await;
    let target = Target::start(Manner::Echo).await;
    let port = target.address.port();
    assert_eq!(pair.reach("127.0.0.1", port).await, (Some(Route::Proxy), Some("127.0.0.0/8".to_owned())));
    // A name is not looked up to find out how it should go.
    assert_eq!(pair.reach("name.test", port).await, (Some(Route::Direct), None));
}

#[tokio::test]
async fn blocked_targets_are_refused_in_the_clients_protocol() {
    let text = "[proxy_all]\n[bypass_list]\n|inside.test\n[outbound_block_list]\n127.0.0.1\n||ads.test";
    let mut pair = Pair::start(by(text), &[("inside.test", LOOPBACK)], &[("ads.test", LOOPBACK)]).await;
    let mut target = Target::start(Manner::Closes).await;
    let port = target.address.port();
    for (host, route, rule) in [
        ("127.0.0.1", Route::Block, "127.0.0.1"),
        ("www.ads.test", Route::Block, "||ads.test"),
        // Its name is to go directly, its address nowhere.
        ("inside.test", Route::Direct, "|inside.test"),
    ] {
        let refused = socks5::connect_name(pair.near.address, host, port).await.err();
        assert_eq!(refused, Some(2), "{host}");
        let flow = pair.near.ended().await;
        assert_eq!((&flow.end, flow.verdict()), (&FlowEnd::Blocked, Verdict::Blocked), "{host}");
        assert_eq!((flow.route, flow.rule.as_deref()), (Some(route), Some(rule)), "{host}");
        for tunnel in [true, false] {
            let proxy = format!("http://{}", pair.near.address);
            let url = format!("http://{host}:{port}/");
            let mut args = vec!["--proxy", &proxy, "--write-out", "%{http_connect} %{http_code}", "-o", "/dev/null"];
            args.extend(tunnel.then_some("--proxytunnel"));
            args.push(&url);
            let said = curl(&args).await;
            assert!(String::from_utf8_lossy(&said.body).contains("403"), "{host} {tunnel}: {said:?}");
            assert_eq!(pair.near.ended().await.end, FlowEnd::Blocked, "{host}");
        }
    }
    assert!(target.saw_nothing());
    assert_eq!(pair.far.engine.ports()[0].accepted, 0, "the server hears nothing of it");
}

#[tokio::test]
async fn routing_changes_while_the_relay_runs() {
    let mut pair = Pair::start(Routing::everything_proxied(), &[], &[]).await;
    let target = Target::start(Manner::Echo).await;
    let address = Address::from(target.address);
    let running = socks5::connect(pair.near.address, target.address).await.expect("it is proxied");
    let mode = |mode| Routing { mode, ..Routing::default() };
    for (routing, route) in [
        (Routing::everything_proxied(), Route::Proxy),
        (Routing::default(), Route::Direct),
        (by("[bypass_all]"), Route::Direct),
        (Routing { local_direct: false, ..mode(Mode::Global) }, Route::Proxy),
        (mode(Mode::Direct), Route::Direct),
        (by("[bypass_all]\n[proxy_list]\n127.0.0.1"), Route::Proxy),
    ] {
        pair.near.engine.route_by(routing);
        assert_eq!(pair.near.engine.explain(&address).route, route);
        assert_eq!(pair.reach("127.0.0.1", target.address.port()).await.0, Some(route));
    }
    // What was open before is not disturbed.
    assert_eq!(payload::exchange(running, b"ping").await.expect("it goes on").len, 4);
    assert_eq!(pair.near.ended().await.route, Some(Route::Proxy));
}

#[tokio::test]
async fn a_list_counts_below_the_rules_and_each_rule_knows_what_it_has_decided() {
    let set = |text: &str| Arc::new(RuleSet::parse(text).0);
    let (own, list) = (set("||near.test"), set("[outbound_block_list]\n||test\n[proxy_list]\n127.0.0.1"));
    let lists = vec![Below { rules: Arc::clone(&list), rest_direct: None }];
    let routing = Routing { rules: Arc::clone(&own), lists, local_direct: false, ..Routing::default() };
    let mut pair = Pair::start(routing, &[("near.test", LOOPBACK)], &[]).await;
    let target = Target::start(Manner::Echo).await;
    let port = target.address.port();
    for _ in 0..2 {
        let (route, rule) = pair.reach("near.test", port).await;
        assert_eq!((route, rule.as_deref()), (Some(Route::Direct), Some("||near.test")));
    }
    assert_eq!(pair.reach("127.0.0.1", port).await.1.as_deref(), Some("127.0.0.1"));
    socks5::connect_name(pair.near.address, "far.test", port).await.expect_err("it is blocked");
    assert_eq!(pair.near.ended().await.rule.as_deref(), Some("||test"));
    let hits = |set: &RuleSet| set.most_hit(9).iter().map(|(rule, n)| (rule.text.to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(hits(&own), [("||near.test".to_owned(), 2)]);
    assert_eq!(hits(&list), [("||test".to_owned(), 1), ("127.0.0.1".to_owned(), 1)]);
    let _ = pair.near.engine.explain(&"near.test:1".parse().expect("an address"));
    assert_eq!(hits(&own)[0].1, 2, "who only asks is not counted");
}

#[tokio::test]
async fn a_direct_name_is_reached_at_the_address_that_answers() {
    // Nobody listens on 127.0.0.2 at the target's port.
    const NAMES: &[Entry] =
        &[("two.test", &[IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), IpAddr::V4(Ipv4Addr::LOCALHOST)])];
    let mut pair = Pair::start(by("[bypass_all]"), NAMES, &[]).await;
    let target = Target::start(Manner::Echo).await;
    assert_eq!(pair.reach("two.test", target.address.port()).await.0, Some(Route::Direct));
}

#[tokio::test]
async fn each_datagram_of_an_association_is_routed() {
    const NAMES: &[Entry] = &[("blocked.test", LOOPBACK)];
    let pair = Pair::start(Routing::default(), NAMES, NAMES).await;
    let mut echo = Echo::start().await;
    let association = Association::open(pair.near.address).await.expect("it is granted");
    let through_server = || pair.far.engine.ports()[0].tx;
    let (to, blocked) = (header(echo.address), header_name("blocked.test", echo.address.port()));
    let block = "[outbound_block_list]\n|blocked.test";
    for (routing, proxied) in [
        (by(&format!("[bypass_all]\n{block}")), false),
        (by(&format!("[bypass_all]\n[proxy_list]\n127.0.0.1\n{block}")), true),
        (Routing { local_direct: true, ..by(block) }, false),
        (by(block), true),
    ] {
        pair.near.engine.route_by(routing);
        let before = through_server();
        association.send(&[&blocked, b"blocked"]).await;
        assert_eq!(association.exchange(&to, b"ping").await.1, b"ping");
        assert_eq!(echo.seen().await.1, b"ping", "what was blocked had come");
        assert_eq!(through_server() > before, proxied);
    }
}
