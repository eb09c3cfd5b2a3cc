//! `Stats`: the counters of each port once a second, as a table for people or as JSON lines for programs.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use parasol_app::relay::PortStats;
use serde_json::json;

/// Remembers the last counters, to tell rates.
#[derive(Debug)]
pub(crate) struct Stats {
    last: HashMap<SocketAddr, (u64, u64)>,
    at: Instant,
}

/// One port at one moment; rates in bytes a second.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    port: u16,
    name: String,
    up_rate: u64,
    down_rate: u64,
    up_total: u64,
    down_total: u64,
    flows: u32,
    accepted: u64,
}

impl Stats {
    pub(crate) fn new(now: Instant) -> Stats {
        Stats { last: HashMap::new(), at: now }
    }

    /// The rows now; rates are over the time since the last call.
    pub(crate) fn rows(&mut self, ports: &[PortStats], now: Instant) -> Vec<Row> {
        let span = now.saturating_duration_since(self.at).max(Duration::from_millis(1));
        let rate = |bytes: u64| (u128::from(bytes) * 1000 / span.as_millis()).try_into().unwrap_or(u64::MAX);
        // Ports come and go where there is a manager, so they are told apart by where they listen.
        let rows = ports.iter().map(|port| {
            let (tx, rx) = self.last.get(&port.listen).copied().unwrap_or_default();
            Row {
                port: port.listen.port(),
                name: port.name.clone(),
                up_rate: rate(port.tx.saturating_sub(tx)),
                down_rate: rate(port.rx.saturating_sub(rx)),
                up_total: port.tx,
                down_total: port.rx,
                flows: port.open,
                accepted: port.accepted,
            }
        });
        let rows = rows.collect();
        self.last = ports.iter().map(|port| (port.listen, (port.tx, port.rx))).collect();
        self.at = now;
        rows
    }
}

/// One object: `{"at_ms":…,"ports":[{"port":1080,"name":"local","up_rate":…,"down_rate":…,"up_total":…,
/// "down_total":…,"flows":…,"accepted":…}]}`.
pub(crate) fn json_line(rows: &[Row], at: SystemTime) -> String {
    let at_ms = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let ports: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "port": row.port, "name": row.name, "up_rate": row.up_rate, "down_rate": row.down_rate,
                "up_total": row.up_total, "down_total": row.down_total, "flows": row.flows, "accepted": row.accepted,
            })
        })
        .collect();
    json!({ "at_ms": u64::try_from(at_ms).unwrap_or(u64::MAX), "ports": ports }).to_string()
}

/// A table with a heading, one line a port.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:>5}  {:<10} {:>12} {:>12} {:>11} {:>11} {:>6}\n",
        "PORT", "NAME", "UP/S", "DOWN/S", "UP", "DOWN", "FLOWS"
    );
    for row in rows {
        writeln!(
            text,
            "{:>5}  {:<10} {:>12} {:>12} {:>11} {:>11} {:>6}",
            row.port,
            row.name,
            format!("{}/s", bytes(row.up_rate)),
            format!("{}/s", bytes(row.down_rate)),
            bytes(row.up_total),
            bytes(row.down_total),
            row.flows
        )
        .expect("a String takes any text");
    }
    text
}

/// `999 B`, `1.5 MB`: thousands, as disks and networks are sold.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be shown as 1000.0.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(tx: u64, rx: u64) -> PortStats {
        PortStats {
            name: "local".into(),
            listen: "127.0.0.1:1080".parse().unwrap(),
            tx,
            rx,
            proxied_tx: 0,
            proxied_rx: 0,
            open: 1,
            accepted: 2,
        }
    }

    #[test]
    fn rates_are_what_was_added_over_the_time_since() {
        let start = Instant::now();
        let mut stats = Stats::new(start);
        stats.rows(&[port(1000, 0)], start + Duration::from_secs(1));
        let rows = stats.rows(&[port(3000, 500)], start + Duration::from_secs(3));
        assert_eq!((rows[0].up_rate, rows[0].down_rate, rows[0].up_total), (1000, 250, 3000));
    }

    #[test]
    fn a_json_line_is_one_object() {
        let rows = Stats::new(Instant::now()).rows(&[port(5, 7)], Instant::now());
        let line = json_line(&rows, SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["at_ms"], 1500);
        assert_eq!(value["ports"][0]["port"], 1080);
        assert_eq!(value["ports"][0]["down_total"], 7);
    }

    #[test]
    fn amounts_read_well() {
        for (count, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (u64::MAX, "18446.7 PB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn the_table_has_a_line_for_each_port() {
        let rows = Stats::new(Instant::now()).rows(&[port(5, 7), port(1, 2)], Instant::now());
        assert_eq!(table(&rows).lines().count(), 3);
    }
}
