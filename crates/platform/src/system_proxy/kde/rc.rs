//! `Rc`: the text of a `kioslaverc`, of which one group is ours to change and everything else stays as it is.
//!
//! ```text
//! [Proxy Settings]           a group; [$i] after it locks the whole of it
//! # a comment
//! httpProxy=http://h 3128    an entry; NAME[$i]= is locked, NAME[$e]= expands variables, NAME[$d] is deleted
//! ```
//!
//! A group may be there several times, and an entry too: of these the last counts.

use std::fmt;

/// Lines with their ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rc {
    lines: Vec<String>,
}

impl Rc {
    pub(super) fn of(text: &str) -> Rc {
        Rc { lines: text.split_inclusive('\n').map(str::to_owned).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What stands after the equals sign; for an entry with options, these and all that follows, as it stands there.
    pub(super) fn value(&self, key: &str) -> Option<String> {
        let entry = Entry::of(&self.lines[*self.entries(key).last()?])?;
        Some(match entry.options {
            "" => entry.value.to_owned(),
            options => format!("{options}={}", entry.value),
        })
    }

    /// By whoever administers this machine, or by the user by hand.
    pub(super) fn is_locked(&self, key: &str) -> bool {
        let group =
            self.lines.iter().filter_map(|line| Header::of(line)).any(|header| header.is_ours && header.is_locked);
        group
            || self.entries(key).into_iter().filter_map(|at| Entry::of(&self.lines[at])).any(|entry| entry.is_locked())
    }

    /// Sets an entry to what [`Rc::value`] has given or would give, or removes it. A value holds no line's end.
    pub(super) fn set(&mut self, key: &str, value: Option<&str>) {
        let entries = self.entries(key);
        let Some(value) = value else {
            for at in entries.into_iter().rev() {
                self.lines.remove(at);
            }
            self.remove_empty_group();
            return;
        };
        let line = if value.starts_with("[$") { format!("{key}{value}\n") } else { format!("{key}={value}\n") };
        if let Some(&at) = entries.last() {
            self.lines[at] = line;
        } else if let Some(at) = self.end_of_group() {
            self.end_line(at);
            self.lines.insert(at, line);
        } else {
            self.end_line(self.lines.len());
            self.lines.push(format!("[{GROUP}]\n"));
            self.lines.push(line);
        }
    }

    /// The lines of all entries of this name.
    fn entries(&self, key: &str) -> Vec<usize> {
        let is_named = |line: &str| Entry::of(line).is_some_and(|entry| entry.key == key);
        self.ours().filter(|&at| is_named(&self.lines[at])).collect()
    }

    /// The lines of our group, without its headers.
    fn ours(&self) -> impl Iterator<Item = usize> {
        let mut inside = false;
        self.lines.iter().enumerate().filter_map(move |(at, line)| match Header::of(line) {
            Some(header) => {
                inside = header.is_ours;
                None
            }
            None => inside.then_some(at),
        })
    }

    /// Where a new entry goes: after the last line of the group that says anything.
    fn end_of_group(&self) -> Option<usize> {
        let header = self.lines.iter().rposition(|line| Header::of(line).is_some_and(|header| header.is_ours))?;
        let last = self.ours().filter(|&at| at > header && !is_blank(&self.lines[at])).last();
        Some(last.unwrap_or(header) + 1)
    }

    /// The line before may be the file's last and have no end.
    fn end_line(&mut self, at: usize) {
        if let Some(line) = at.checked_sub(1).and_then(|before| self.lines.get_mut(before))
            && !line.ends_with('\n')
        {
            line.push('\n');
        }
    }

    /// With the last entry goes the header, which was not there before us either, or said nothing.
    fn remove_empty_group(&mut self) {
        if self.ours().all(|at| is_blank(&self.lines[at])) {
            self.lines.retain(|line| !Header::of(line).is_some_and(|header| header.is_ours));
        }
    }
}

impl fmt::Display for Rc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| f.write_str(line))
    }
}

struct Header {
    is_ours: bool,
    is_locked: bool,
}

impl Header {
    /// `[Group]`, `[Group][inner group]`, `[Group][$options]`.
    fn of(line: &str) -> Option<Header> {
        let inside = line.trim().strip_prefix('[')?;
        let (name, rest) = inside.split_once(']')?;
        let options = rest.strip_prefix("[$");
        let is_ours = name == GROUP && (rest.is_empty() || options.is_some());
        Some(Header { is_ours, is_locked: options.is_some_and(|options| options.contains('i')) })
    }
}

struct Entry<'a> {
    key: &'a str,
    /// With their brackets, or empty.
    options: &'a str,
    value: &'a str,
}

impl Entry<'_> {
    fn of(line: &str) -> Option<Entry<'_>> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let name = name.trim_end();
        let (key, options) = name.split_at(name.find("[$").unwrap_or(name.len()));
        Some(Entry { key, options, value: value.trim_start() })
    }

    fn is_locked(&self) -> bool {
        self.options.contains('i')
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

const GROUP: &str = "Proxy Settings";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str, values: &[(&str, Option<&str>)]) -> String {
        let mut rc = Rc::of(text);
        for (key, value) in values {
            rc.set(key, *value);
        }
        rc.to_string()
    }

    #[test]
    fn an_entry_is_changed_where_it_stands_and_all_else_stays() {
        let text = "# mine\n[Other]\nProxyType=7\n\n[Proxy Settings]\n# of the office\nhttpProxy=http://h 1\nOdd = x\n\n[Z]\na=b\n";
        let on = set(text, &[("httpProxy", Some("http://127.0.0.1 1080")), ("ProxyType", Some("1"))]);
        let wanted = "# mine\n[Other]\nProxyType=7\n\n[Proxy Settings]\n# of the office\nhttpProxy=http://127.0.0.1 1080\nOdd = x\nProxyType=1\n\n[Z]\na=b\n";
        assert_eq!(on, wanted);
        assert_eq!(set(&on, &[("httpProxy", Some("http://h 1")), ("ProxyType", None)]), text);
    }

    #[test]
    fn a_group_that_was_not_there_comes_and_goes() {
        for text in ["", "[Other]\na=b\n", "# only a comment\n"] {
            let on = set(text, &[("ProxyType", Some("1")), ("httpProxy", Some("x"))]);
            assert_eq!(on, format!("{text}[Proxy Settings]\nProxyType=1\nhttpProxy=x\n"));
            assert_eq!(set(&on, &[("ProxyType", None), ("httpProxy", None)]), text);
        }
        assert_eq!(set("[Other]\na=b", &[("ProxyType", Some("1"))]), "[Other]\na=b\n[Proxy Settings]\nProxyType=1\n");
    }

    #[test]
    fn of_several_the_last_counts_and_options_are_kept() {
        let text =
            "[Proxy Settings]\nProxyType=1\nProxyType = 2 \r\nhttpProxy[$e]=$HOME\nNoProxyFor[$d]\nhttpProxy[de]=x\n";
        let rc = Rc::of(text);
        assert_eq!(rc.value("ProxyType").as_deref(), Some("2"));
        assert_eq!(rc.value("httpProxy").as_deref(), Some("[$e]=$HOME"));
        assert_eq!(rc.value("NoProxyFor").as_deref(), Some("[$d]="));
        assert_eq!(rc.value("socksProxy"), None);
        let mut changed = rc.clone();
        changed.set("httpProxy", Some("http://127.0.0.1 1"));
        assert_eq!(changed.value("httpProxy").as_deref(), Some("http://127.0.0.1 1"));
        changed.set("httpProxy", rc.value("httpProxy").as_deref());
        assert_eq!(changed, rc);
        assert!(!rc.is_locked("httpProxy"));
    }

    #[test]
    fn what_is_locked_is_known_to_be() {
        for (text, locked) in [
            ("[Proxy Settings][$i]\nProxyType=0\n", true),
            ("[Proxy Settings]\nProxyType[$i]=0\n", true),
            ("[Proxy Settings]\nProxyType[$ei]=0\n", true),
            ("[Proxy Settings]\nhttpProxy[$i]=0\n", false),
            ("[Proxy Settings][inner][$i]\nProxyType=0\n", false),
            ("[Other][$i]\nProxyType=0\n", false),
        ] {
            assert_eq!(Rc::of(text).is_locked("ProxyType"), locked, "{text}");
        }
    }

    fn line() -> impl Strategy<Value = String> {
        let parts = [
            "[Proxy Settings]",
            "[Other]",
            "[Proxy Settings][x]",
            "# c",
            "",
            "ProxyType=0",
            "Odd = x",
            "httpProxy[$e]=v",
            "[",
            "=",
            "ProxyType",
        ];
        proptest::sample::select(parts.to_vec()).prop_map(str::to_owned)
    }

    proptest! {
        #[test]
        fn whatever_the_text_what_is_set_is_read_and_every_other_line_stays(
            lines in proptest::collection::vec(line(), 0..12),
            value in proptest::option::of("[a-z0-9:/ ]{0,12}"),
        ) {
            let before = Rc::of(&lines.iter().map(|line| format!("{line}\n")).collect::<String>());
            let mut after = before.clone();
            after.set("ProxyType", value.as_deref());
            prop_assert_eq!(after.value("ProxyType"), value.as_deref().map(str::trim).map(str::to_owned));
            let others = |rc: &Rc| {
                let theirs = |line: &&String| Entry::of(line).is_none_or(|entry| entry.key != "ProxyType");
                rc.lines.iter().filter(theirs).filter(|line| !line.starts_with('[')).cloned().collect::<Vec<_>>()
            };
            // An entry of the name in another group is another's, and stays as well.
            prop_assert_eq!(others(&before), others(&after));
            prop_assert_eq!(Rc::of(&after.to_string()), after);
        }
    }
}
