//! Parasol's own profile file. What the other Parasol's user approved is not approved here.

use parasol_proto::link::method_name;

use super::entry::{Draft, Entry, own_id};
use super::fault::ImportFault;
use super::place::Place;
use crate::check;
use crate::document::{Document, Parsed};
use crate::profile::Profile;

/// The profiles of a file; the built-in server is in every Parasol and not among them.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, ImportFault> {
    let (Parsed::Document(document) | Parsed::Newer(Some(document))) = Document::parse(text.as_bytes()) else {
        return Err(ImportFault::UnknownFormat);
    };
    let left_out = document.left_out();
    let mut entries = Vec::new();
    for (index, profile) in document.profiles.into_iter().enumerate() {
        if !profile.builtin {
            let place = Place::item("profiles", index, &serde_json::json!({ "name": profile.title() }));
            entries.push(Entry { place, found: entry(profile) });
        }
    }
    for _ in 0..left_out {
        let place = Place::Path { path: "profiles".to_owned() };
        entries.push(Entry::refused(place, ImportFault::WrongValue { field: String::new() }));
    }
    Ok(entries)
}

fn entry(mut profile: Profile) -> Result<Draft, ImportFault> {
    use crate::draft::Field;
    let bad = |field| match field {
        Field::Server => ImportFault::BadHost,
        Field::Port => ImportFault::BadPort,
        Field::Method => ImportFault::UnknownMethod { name: method_name(&profile.method) },
        Field::Password => ImportFault::BadPassword,
        _ => ImportFault::Plugin { name: super::fault::short(&profile.plugin) },
    };
    check::server(&profile).map_err(|problem| bad(problem.field))?;
    check::plugin(&profile.plugin, profile.plugin_opts.as_str()).map_err(|problem| bad(problem.field))?;
    profile.id = own_id(&profile.id);
    profile.name = super::entry::name(&profile.name);
    profile.plugin_approved = false;
    profile.legacy_approved = false;
    Ok(Draft { profile, unused: Vec::new() })
}
