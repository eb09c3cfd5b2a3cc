//! `mimeapps.list`, where a user's desktop keeps which program opens what. Whatever is not ours stays byte for byte.
//!
//! ```text
//! [Default Applications]
//! x-scheme-handler/ss=io.github.parasol.links.desktop;other.desktop;
//! ```
//! The first that is installed is taken. So we stand in front of whoever was there, and to take ourselves out is to put
//! back what was: the way back needs no journal.

/// The group that says who opens what.
const DEFAULTS: &str = "[Default Applications]";

/// The first program for this type; empty when there is none.
pub(super) fn first<'a>(list: &'a str, mime: &str) -> &'a str {
    find(list, mime).map_or("", |(_, value)| programs(value).next().unwrap_or_default())
}

/// The same list with this program in front of the others for a type.
pub(super) fn with(list: &str, mime: &str, program: &str) -> String {
    let mut without = without(list, mime, program);
    if !without.is_empty() && !without.ends_with('\n') {
        without.push('\n');
    }
    if let Some((start, value)) = find(&without, mime) {
        let (head, tail) = (&without[..start], &without[start + value.len()..]);
        return format!("{head}{program};{}{tail}", value.trim_start());
    }
    let line = format!("{mime}={program};\n");
    match group(&without) {
        Some(start) => format!("{}{line}{}", &without[..start], &without[start..]),
        None => format!("{without}{DEFAULTS}\n{line}"),
    }
}

/// The same list without this program for a type.
pub(super) fn without(list: &str, mime: &str, program: &str) -> String {
    let Some((start, value)) = find(list, mime).filter(|(_, value)| programs(value).any(|one| one == program)) else {
        return list.to_owned();
    };
    let end = start + value.len();
    let others: String = value.split_inclusive(';').filter(|one| one.trim_end_matches(';').trim() != program).collect();
    if !others.trim().is_empty() {
        return format!("{}{others}{}", &list[..start], &list[end..]);
    }
    // The line was there for us alone.
    let line = list[..start].rfind('\n').map_or(0, |at| at + 1);
    let rest = list[end..].find('\n').map_or(list.len(), |at| end + at + 1);
    format!("{}{}", &list[..line], &list[rest..])
}

fn programs(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').map(str::trim).filter(|program| !program.is_empty())
}

/// Where the value for a type stands, and the value.
fn find<'a>(list: &'a str, mime: &str) -> Option<(usize, &'a str)> {
    let mut at = group(list)?;
    for line in list[at..].split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        if text.starts_with('[') {
            return None;
        }
        if let Some((key, value)) = text.split_once('=')
            && key.trim() == mime
        {
            return Some((at + text.len() - value.len(), value));
        }
        at += line.len();
    }
    None
}

/// Where the group begins, behind its name.
fn group(list: &str) -> Option<usize> {
    let mut at = 0;
    for line in list.split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == DEFAULTS && line.ends_with('\n') {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SS: &str = "x-scheme-handler/ss";
    const US: &str = "us.desktop";

    #[test]
    fn we_stand_in_front_and_leave_everything_as_it_was() {
        for (before, after) in [
            ("", "[Default Applications]\nx-scheme-handler/ss=us.desktop;\n"),
            ("[Default Applications]\n", "[Default Applications]\nx-scheme-handler/ss=us.desktop;\n"),
            (
                "# mine\r\n[Added Associations]\nx-scheme-handler/ss=a.desktop;\n\n[Default Applications]\ntext/html=b.desktop\nx-scheme-handler/ss = a.desktop\nx=y\n[Removed Associations]\nx-scheme-handler/ss=c;\n",
                "# mine\r\n[Added Associations]\nx-scheme-handler/ss=a.desktop;\n\n[Default Applications]\ntext/html=b.desktop\nx-scheme-handler/ss =us.desktop;a.desktop\nx=y\n[Removed Associations]\nx-scheme-handler/ss=c;\n",
            ),
            (
                "[Default Applications]\nx-scheme-handler/ss=a.desktop;b.desktop;\n",
                "[Default Applications]\nx-scheme-handler/ss=us.desktop;a.desktop;b.desktop;\n",
            ),
            (
                "[Default Applications]\nx-scheme-handler/ssh=a.desktop",
                "[Default Applications]\nx-scheme-handler/ss=us.desktop;\nx-scheme-handler/ssh=a.desktop\n",
            ),
        ] {
            let with = with(before, SS, US);
            assert_eq!(with, after, "{before:?}");
            assert_eq!(first(&with, SS), US);
            assert_eq!(super::with(&with, SS, US), with, "twice is once");
            let back = without(&with, SS, US);
            assert_eq!(first(&back, SS), first(before, SS));
            let bare = |list: &str| list.replace(' ', "").trim_end().to_owned();
            assert!(bare(&back) == bare(before) || before.is_empty(), "{back:?}");
        }
    }

    #[test]
    fn a_list_without_us_is_left_alone() {
        for list in [
            "",
            "no groups\n=\n[",
            "[Default Applications]\nx-scheme-handler/ss=a.desktop;xus.desktop\n",
            "[Other]\nx-scheme-handler/ss=us.desktop;\n",
        ] {
            assert_eq!(without(list, SS, US), list);
            assert_ne!(first(list, SS), US);
        }
    }

    #[test]
    fn whoever_came_in_front_of_us_stays_there() {
        let list = "[Default Applications]\nx-scheme-handler/ss=new.desktop;us.desktop;old.desktop;\n";
        assert_eq!(first(list, SS), "new.desktop");
        assert_eq!(without(list, SS, US), "[Default Applications]\nx-scheme-handler/ss=new.desktop;old.desktop;\n");
    }

    proptest::proptest! {
        #[test]
        fn any_list_comes_back_and_never_panics(list in "[\\[\\]a-z=;\n\r ./]{0,60}|(\\[Default Applications\\]\n)?(x-scheme-handler/ss=[a-z.;]{0,12}\n)?") {
            let with = with(&list, SS, US);
            proptest::prop_assert_eq!(first(&with, SS), US);
            let back = without(&with, SS, US);
            proptest::prop_assert_ne!(first(&back, SS), US);
        }
    }
}
