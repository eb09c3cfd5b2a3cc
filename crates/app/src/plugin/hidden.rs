//! Plugin options as they are shown: what a plugin takes as a password is hidden, the rest can be read before it is
//! approved. Which option is a secret nobody says ([SIP003](https://shadowsocks.org/doc/sip003.html) knows only
//! `name=value;…`, with `\` before a `;`, `=` or `\` that is meant), so its name decides.

use std::collections::HashMap;

/// Stands where a hidden value was.
pub const HIDDEN: &str = "••••";

/// What names of secrets contain, of the plugins in use: `key` (kcptun), `passwd` and `password` (shadow-tls, restls),
/// `uid` (cloak), `auth` (simple-tls), `serverPassword` (gost).
const SECRET: [&str; 8] = ["pass", "pwd", "secret", "token", "psk", "key", "uid", "auth"];

/// The options with each secret's value hidden.
#[must_use]
pub fn masked(options: &str) -> String {
    let shown = split(options).map(|option| match secret(option) {
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => option.to_owned(),
    });
    shown.collect::<Vec<_>>().join(";")
}

/// The options that were meant, where somebody has changed what [`masked`] showed of `saved`: a value that is still hidden
/// is the saved one, that of the same place among the options of that name.
#[must_use]
pub fn unmasked(shown: &str, saved: &str) -> String {
    let mut values: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, value) in split(saved).filter_map(secret) {
        values.entry(name).or_default().push(value);
    }
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let meant = split(shown).map(|option| {
        let Some((name, value)) = secret(option) else { return option.to_owned() };
        let at = seen.entry(name).or_default();
        *at += 1;
        match values.get(name).and_then(|values| values.get(*at - 1)) {
            Some(saved) if value == HIDDEN => format!("{name}={saved}"),
            _ => option.to_owned(),
        }
    });
    meant.collect::<Vec<_>>().join(";")
}

/// A line that the plugin wrote, with the value of each secret option hidden, as it is written and as it is meant.
#[must_use]
pub fn without_secrets(line: &str, options: &str) -> String {
    let mut values: Vec<String> =
        split(options).filter_map(secret).flat_map(|(_, value)| [value.to_owned(), meant(value)]).collect();
    // One that stands within another would leave a rest of it.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values.iter().fold(line.to_owned(), |line, value| line.replace(value, HIDDEN))
}

/// Without the `\` that say that what follows is meant.
fn meant(value: &str) -> String {
    let mut escaped = false;
    value
        .chars()
        .filter(|c| {
            escaped = !escaped && *c == '\\';
            !escaped
        })
        .collect()
}

/// Name and value of an option, as they are written, if it has a value that is to be hidden.
fn secret(option: &str) -> Option<(&str, &str)> {
    let at = unescaped(option, '=').next()?;
    let (name, value) = (&option[..at], &option[at + 1..]);
    let plain = name.to_ascii_lowercase();
    (!value.is_empty() && SECRET.iter().any(|part| plain.contains(part))).then_some((name, value))
}

/// The options, as they are written.
fn split(options: &str) -> impl Iterator<Item = &str> {
    let ends = unescaped(options, ';').chain([options.len()]);
    ends.scan(0, move |start, end| {
        let option = &options[*start..end];
        *start = end + 1;
        Some(option)
    })
}

/// Where this character stands without a `\` before it.
fn unescaped(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let mut escaped = false;
    text.char_indices().filter_map(move |(at, c)| {
        let meant = !escaped && c == wanted;
        escaped = !escaped && c == '\\';
        meant.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_hidden_and_the_rest_is_shown() {
        for (options, shown) in [
            ("", ""),
            ("obfs=http;obfs-host=www.example.com", "obfs=http;obfs-host=www.example.com"),
            ("tls;host=example.com;path=/a", "tls;host=example.com;path=/a"),
            ("host=a;passwd=t0psecret;v3", "host=a;passwd=••••;v3"),
            ("key=a=b;mode=fast", "key=••••;mode=fast"),
            (r"password=a\;b\\;host=c", "password=••••;host=c"),
            (r"pass\=word=x", r"pass\=word=••••"),
            ("UID=abc;ServerPassword=def;", "UID=••••;ServerPassword=••••;"),
            ("password=", "password="),
            ("password", "password"),
            ("key=1;key=2", "key=••••;key=••••"),
        ] {
            assert_eq!(masked(options), shown);
        }
    }

    #[test]
    fn what_a_plugin_says_again_of_its_secrets_is_hidden() {
        let options = r"host=a.example;password=p\;w;key=p\;w2;token=";
        for (line, shown) in [
            ("", ""),
            ("dial a.example: refused", "dial a.example: refused"),
            ("bad password p;w", "bad password ••••"),
            (r"key=p\;w2, p;w2", "key=••••, ••••"),
        ] {
            assert_eq!(without_secrets(line, options), shown);
        }
    }

    #[test]
    fn what_is_still_hidden_stays_what_it_was() {
        let saved = r"host=a;key=o\;ne;key=two;password=p";
        for (shown, meant) in [
            ("host=b;key=••••;key=••••;password=••••", r"host=b;key=o\;ne;key=two;password=p"),
            ("key=••••;password=new", r"key=o\;ne;password=new"),
            ("key=new;key=••••", "key=new;key=two"),
            ("", ""),
            // Nothing of that name was saved: it is taken at its word.
            ("token=••••", "token=••••"),
            ("key=••••;key=••••;key=••••", r"key=o\;ne;key=two;key=••••"),
        ] {
            assert_eq!(unmasked(shown, saved), meant);
        }
    }

    proptest! {
        #[test]
        fn what_was_only_shown_is_what_was_saved(options in r"([a-z=;\\]|key=|password=|ü){0,20}") {
            prop_assert_eq!(unmasked(&masked(&options), &options), options.clone());
            prop_assert_eq!(masked(&masked(&options)), masked(&options));
        }

        #[test]
        fn no_hidden_value_is_shown(value in r"[A-Z0-9]{6,20}", rest in r"[a-z;=]{0,20}") {
            let options = format!("password={value};{rest}");
            prop_assert!(!masked(&options).contains(&value));
        }
    }
}
