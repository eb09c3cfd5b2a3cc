//! `parasol on`, `off`, `toggle`, `status`, `env`, `open`, `quit`: what a terminal says to the Parasol that runs on the desktop.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use parasol_app::control::{
    Answer, Bytes, NotAsked, PortCode, PortStatus, PortTraffic, ProxyStatus, Refusal, Request, StateCode, Status, ask,
};
use parasol_app::paths::Paths;
use parasol_app::plain::plain;
use parasol_app::port::own_address;
use parasol_app::state::{ProxyMode, RoutingMode};
use parasol_app::terminal::Shell;
use serde_json::{Value, json};

use crate::args::EnvArgs;
use crate::fault::Fault;
use crate::run::{print_line, print_text};
use crate::stats::bytes;
use crate::words;

/// Asks for a switch, and says how things are then.
pub(crate) async fn switch(request: Request) -> Result<(), Fault> {
    let status = match answer(&request).await? {
        Answer::Status(status) => status,
        other => return Err(unexpected(&other)),
    };
    print_text(&text(&status))?;
    let asked = match request {
        Request::On => StateCode::On,
        Request::Off => StateCode::Off,
        _ if status.wanted => StateCode::On,
        _ => StateCode::Off,
    };
    if status.state == asked { Ok(()) } else { Err(Fault::NotSwitched { on: asked == StateCode::On }) }
}

/// Says how things are.
pub(crate) async fn status(as_json: bool) -> Result<(), Fault> {
    let answered = answer(&Request::Status).await;
    match answered {
        Ok(Answer::Status(status)) if as_json => print_line(&to_json(&status).to_string()),
        Ok(Answer::Status(status)) => print_text(&text(&status)),
        Ok(other) => Err(unexpected(&other)),
        Err(fault @ Fault::NoneRuns { .. }) if as_json => {
            print_line(&json!({ "running": false }).to_string())?;
            Err(fault)
        }
        Err(fault) => Err(fault),
    }
}

/// Prints the command that has the programs of a terminal go through the local port.
pub(crate) async fn environment(args: &EnvArgs) -> Result<(), Fault> {
    let port = match args.local_port {
        Some(port) => port,
        None => match answer(&Request::Status).await? {
            Answer::Status(status) => status.local_port,
            other => return Err(unexpected(&other)),
        },
    };
    let shell = args.shell.map_or(Shell::USUAL, Shell::from);
    print_line(&shell.command(own_address(port)))
}

/// Opens the window.
pub(crate) async fn open() -> Result<(), Fault> {
    match answer(&Request::Open).await? {
        Answer::Done => Ok(()),
        other => Err(unexpected(&other)),
    }
}

/// Ends it, and returns when it has given everything back.
pub(crate) async fn quit() -> Result<(), Fault> {
    /// A relay may take some seconds to stop.
    const PATIENCE: Duration = Duration::from_secs(20);
    const AGAIN: Duration = Duration::from_millis(20);
    match answer(&Request::Quit).await? {
        Answer::Done => {}
        other => return Err(unexpected(&other)),
    }
    let at = Paths::control().ok_or(Fault::NoControl)?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Err(NotAsked::NotRunning) = ask(&at, &Request::Status).await {
            return Ok(());
        }
        tokio::time::sleep(AGAIN).await;
    }
    Err(Fault::NotEnded)
}

async fn answer(request: &Request) -> Result<Answer, Fault> {
    let at = Paths::control().ok_or(Fault::NoControl)?;
    match ask(&at, request).await {
        Ok(Answer::Refused { why: Refusal::Ending }) | Err(NotAsked::NotRunning) => {
            Err(Fault::NoneRuns { advice: advice(request, &desktop_program()) })
        }
        Ok(answer) => Ok(answer),
        Err(error) => Err(Fault::NotAsked(error)),
    }
}

/// An older or a newer one has another language.
fn unexpected(_answer: &Answer) -> Fault {
    Fault::NotAsked(NotAsked::Strange)
}

fn advice(request: &Request, program: &str) -> String {
    match request {
        Request::On | Request::Toggle => format!("`{program} --on` starts it and switches it on"),
        Request::Off => "so it is off".to_owned(),
        Request::Quit => "so there is none to end".to_owned(),
        Request::Status | Request::Open | Request::Links(_) => format!("`{program}` starts it"),
    }
}

/// As it can be typed: by its name where it is installed, else by where it lies beside this program.
fn desktop_program() -> String {
    let name = format!("parasol-desktop{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&folders).any(|folder| folder.join(&name).is_file());
    let beside: Option<PathBuf> = std::env::current_exe().ok().map(|program| program.with_file_name(&name));
    match beside.filter(|beside| !installed && beside.is_file()) {
        Some(beside) => plain(&beside.display().to_string()),
        None => "parasol-desktop".to_owned(),
    }
}

fn text(status: &Status) -> String {
    let through = match (&status.profile, &status.group) {
        (Some(profile), Some(group)) if !group.is_empty() => {
            format!(", through {} of {}", plain(profile), plain(group))
        }
        (Some(profile), _) => format!(", through {}", plain(profile)),
        (None, _) => String::new(),
    };
    let mut text = match (status.state, &status.problem) {
        (StateCode::Off, _) => "Parasol is off.\n".to_owned(),
        (StateCode::Starting, _) => "Parasol is starting.\n".to_owned(),
        (StateCode::Stopping, _) => "Parasol is stopping.\n".to_owned(),
        (StateCode::On, _) => {
            format!("Parasol is on{through}. It listens on 127.0.0.1:{}.\n", status.local_port)
        }
        (StateCode::Failed, Some(problem)) => format!("Parasol is not on: {}.\n", plain(&words::problem(problem))),
        (StateCode::Failed, None) => "Parasol is not on.\n".to_owned(),
    };
    for port in status.ports.iter().filter(|port| port.state != PortCode::Closed) {
        let _ = writeln!(text, "{}", port_line(port));
    }
    let mode = match status.mode {
        RoutingMode::Rules => "by the rules",
        RoutingMode::Global => "all through the server",
        RoutingMode::Direct => "all directly",
    };
    let _ = writeln!(text, "Where targets go: {mode}.\nSystem proxy: {}.", proxy(&status.system_proxy));
    if let Some(traffic) = &status.traffic {
        let _ = writeln!(text, "Today: {}. This month: {}.", moved(traffic.today), moved(traffic.month));
        for port in &traffic.ports {
            let _ = writeln!(text, "{}", traffic_line(port));
        }
    }
    text
}

fn moved(Bytes { up, down }: Bytes) -> String {
    format!("{} down, {} up", bytes(down), bytes(up))
}

fn traffic_line(port: &PortTraffic) -> String {
    let total = moved(Bytes { up: port.up_total, down: port.down_total });
    let (down, up) = (bytes(port.down_rate), bytes(port.up_rate));
    format!("Traffic of port {}: {down}/s down, {up}/s up; since it is on {total}; {} open.", port.port, port.flows)
}

fn port_line(port: &PortStatus) -> String {
    let name = if port.name.is_empty() { String::new() } else { format!(" ({})", plain(&port.name)) };
    let is = match (port.state, &port.problem) {
        (PortCode::Closed, _) => "closed".to_owned(),
        (PortCode::Opening, _) => "is being opened".to_owned(),
        (PortCode::Open, _) if port.lan => "open to the network".to_owned(),
        (PortCode::Open, _) => "open".to_owned(),
        (PortCode::Failed, Some(problem)) => format!("not open: {}", plain(&words::problem(problem))),
        (PortCode::Failed, None) => "not open".to_owned(),
    };
    format!("Port {}{name}: {is}.", port.port)
}

fn proxy(proxy: &ProxyStatus) -> String {
    match (&proxy.problem, proxy.set, proxy.wanted) {
        (Some(problem), _, _) => format!("not set: {}", plain(&words::problem(problem))),
        (None, true, _) => "set".to_owned(),
        (None, false, ProxyMode::Leave) => "left alone".to_owned(),
        (None, false, _) => "not set".to_owned(),
    }
}

/// With the words for each problem beside its code.
fn to_json(status: &Status) -> Value {
    let mut value = json!(status);
    let say = |value: &mut Value, problem: &Option<parasol_app::problem::Problem>| {
        if let Some(problem) = problem {
            value["problem"]["words"] = json!(words::problem(problem));
        }
    };
    say(&mut value, &status.problem);
    say(&mut value["system_proxy"], &status.system_proxy.problem);
    for (at, port) in status.ports.iter().enumerate() {
        say(&mut value["ports"][at], &port.problem);
    }
    value
}

#[cfg(test)]
mod tests {
    use parasol_app::control::TrafficStatus;
    use parasol_app::port::PortKind;
    use parasol_app::problem::Problem;

    use super::*;

    fn status() -> Status {
        Status {
            running: true,
            version: "0.1.0".to_owned(),
            wanted: true,
            state: StateCode::On,
            since_ms: Some(1_700_000_000_000),
            problem: None,
            profile: Some("Tokyo".to_owned()),
            group: None,
            local_port: 1080,
            ports: Vec::new(),
            mode: RoutingMode::Rules,
            system_proxy: ProxyStatus { wanted: ProxyMode::Set, set: true, problem: None },
            traffic: None,
        }
    }

    fn traffic() -> TrafficStatus {
        TrafficStatus {
            today: Bytes { up: 1500, down: 2_000_000 },
            month: Bytes { up: 7, down: 0 },
            ports: vec![PortTraffic {
                port: 1080,
                up_rate: 999,
                down_rate: 1200,
                up_total: 1500,
                down_total: 2_000_000,
                flows: 3,
            }],
        }
    }

    #[test]
    fn it_is_said_in_lines_and_no_name_makes_more_of_them() {
        assert_eq!(
            text(&status()),
            "Parasol is on, through Tokyo. It listens on 127.0.0.1:1080.\nWhere targets go: by the rules.\nSystem proxy: set.\n"
        );
        let port = |name: &str, state, problem| PortStatus {
            name: name.to_owned(),
            port: 1090,
            kind: PortKind::Mixed,
            lan: false,
            state,
            problem,
        };
        let said = text(&Status {
            profile: Some("To\nkyo\u{1b}[31m".to_owned()),
            group: Some("Home".to_owned()),
            ports: vec![
                port("work", PortCode::Open, None),
                port("", PortCode::Failed, Some(Problem::ProfileGone)),
                port("", PortCode::Closed, None),
            ],
            system_proxy: ProxyStatus { wanted: ProxyMode::Set, set: false, problem: Some(Problem::ProxyUnsupported) },
            traffic: Some(traffic()),
            ..status()
        });
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(
            lines,
            [
                r"Parasol is on, through To\nkyo\u{1b}[31m of Home. It listens on 127.0.0.1:1080.",
                "Port 1090 (work): open.",
                "Port 1090: not open: its profile is gone.",
                "Where targets go: by the rules.",
                "System proxy: not set: this desktop has no proxy setting that Parasol knows.",
                "Today: 2.0 MB down, 1.5 kB up. This month: 0 B down, 7 B up.",
                "Traffic of port 1080: 1.2 kB/s down, 999 B/s up; since it is on 2.0 MB down, 1.5 kB up; 3 open.",
            ]
        );
    }

    #[test]
    fn json_has_every_field_and_words_beside_the_codes() {
        let value = to_json(&Status {
            state: StateCode::Failed,
            problem: Some(Problem::NoProfile),
            traffic: Some(traffic()),
            ..status()
        });
        assert_eq!(
            value,
            json!({
                "running": true, "version": "0.1.0", "wanted": true, "state": "failed", "since_ms": 1_700_000_000_000_u64,
                "problem": {"code": "noProfile", "words": "there is no profile yet"},
                "profile": "Tokyo", "group": null, "local_port": 1080, "ports": [], "mode": "rules",
                "system_proxy": {"wanted": "set", "set": true, "problem": null},
                "traffic": {"today": {"up": 1500, "down": 2_000_000}, "month": {"up": 7, "down": 0}, "ports": [{
                    "port": 1080, "up_rate": 999, "down_rate": 1200, "up_total": 1500, "down_total": 2_000_000, "flows": 3,
                }]},
            })
        );
        let back: Status = serde_json::from_value(json!(status())).unwrap();
        assert_eq!(back, status());
        // An older Parasol says nothing of its traffic.
        let mut older = json!(status());
        older.as_object_mut().unwrap().remove("traffic");
        assert_eq!(serde_json::from_value::<Status>(older).unwrap(), status());
    }

    #[test]
    fn every_field_is_in_the_description_and_those_of_the_traffic_in_the_manual() {
        fn names(value: &Value, all: &mut Vec<String>) {
            if let Value::Object(fields) = value {
                all.extend(fields.keys().cloned());
                fields.values().for_each(|value| names(value, all));
            }
            value.as_array().into_iter().flatten().for_each(|value| names(value, all));
        }
        let status = to_json(&Status { traffic: Some(traffic()), ..status() });
        let (mut all, mut of_traffic) = (Vec::new(), Vec::new());
        names(&status, &mut all);
        names(&status["traffic"], &mut of_traffic);
        let described = include_str!("../../../docs/control.md");
        assert!(of_traffic.len() > 10 && all.len() > 20, "{all:?}");
        for name in all {
            assert!(described.contains(&format!("`{name}`")), "{name}");
        }
        for name in of_traffic {
            assert!(crate::args::STATUS.contains(&name), "{name}");
        }
    }
}
