//! Links in a text: the clipboard, a file, what a QR code says.

use super::entry::Entry;
use super::fault::ImportFault;
use super::place::Place;
use super::{MAX_ENTRIES, find, link};

/// Whether a link of any protocol begins somewhere in the text.
pub(super) fn has_links(text: &str) -> bool {
    text.split('\n').any(|line| find::links(line).next().is_some())
}

/// Every link of the text with its line. A line without one is refused where it may have been meant as one; a text without
/// any as a whole. More than are read are refused once.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let found = text.split('\n').zip(1..).flat_map(|(line, number)| {
        let mut all = find::links(line).flat_map(link::read).peekable();
        let lost = if all.peek().is_none() { no_link(line).map(Err) } else { None };
        all.chain(lost).map(move |found| Entry { place: Place::line(number), found })
    });
    match bounded(found) {
        none if none.is_empty() => vec![Entry::refused(Place::Whole, ImportFault::NotALink)],
        entries => entries,
    }
}

/// A text that is to be a link, and may have spaces in its name.
pub(super) fn entries_at(text: &str, place: &Place) -> Vec<Entry> {
    let text = text.trim();
    let known = text.split_once("://").is_some_and(|(name, _)| find::scheme(name).is_some());
    let found = if known { link::all(text, "") } else { vec![Err(no_link(text).unwrap_or(ImportFault::NotALink))] };
    found.into_iter().map(|found| Entry { place: place.clone(), found }).collect()
}

/// As many as are read, and what the next one is refused with.
pub(super) fn bounded(found: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = found.take(MAX_ENTRIES + 1).collect();
    if let Some(last) = entries.get_mut(MAX_ENTRIES) {
        last.found = Err(ImportFault::TooMany);
    }
    entries
}

/// Why a line without a link is none, if it says what may have been meant as one.
fn no_link(line: &str) -> Option<ImportFault> {
    let begins = |word: &str, with: &[&str]| {
        let head = |with: &&str| word.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
        with.iter().any(head)
    };
    if line.split_whitespace().any(|word| word.len() >= SHORTEST && begins(word, &SLIPS)) {
        return Some(ImportFault::Misspelt);
    }
    let mut addresses = line.match_indices("://").peekable();
    addresses.peek()?;
    let tail = |at: usize, scheme: &str| at.checked_sub(scheme.len()).and_then(|begin| line.get(begin..at));
    let is = |at, scheme: &str| tail(at, scheme).is_some_and(|tail| tail.eq_ignore_ascii_case(scheme));
    Some(if addresses.any(|(at, _)| is(at, "https") || is(at, "http")) {
        ImportFault::Subscription
    } else {
        ImportFault::NotALink
    })
}

/// How links begin where a character was lost or typed otherwise.
const SLIPS: [&str; 7] = ["s://", "sss://", "ss//", "ss:/", "ss：//", "ss:／／", "ss：／／"];
/// The fewest bytes of a word that may be a link, and no word about links.
const SHORTEST: usize = 12;
