//! `parasol export`: the desktop's profiles for other programs; and the QR codes of `parasol link qr`. What is written
//! holds passwords; that is what it is for.

use std::io::{self, Write as _};
use std::path::Path;

use parasol_app::export::{self, ExportFormat, Exported};
use parasol_app::plain::plain;
use parasol_app::profile::Profile;
use zeroize::Zeroizing;

use crate::args::{ExportArgs, ExportForm, QrArgs};
use crate::fault::Fault;
use crate::link;
use crate::profiles::Profiles;

/// Writes the profiles that were named.
pub(crate) fn export(args: &ExportArgs) -> Result<(), Fault> {
    let profiles = Profiles::open()?;
    let document = &profiles.document;
    let chosen = chosen(&document.profiles, &args.names)?;
    let format = match args.format {
        ExportForm::Sip008 => ExportFormat::Sip008,
        ExportForm::Config => ExportFormat::Config,
        ExportForm::Links | ExportForm::Qr | ExportForm::Svg | ExportForm::Png => ExportFormat::Links,
    };
    let Exported { text, left_out, locked } = export::export(chosen, format, document.settings.local_port);
    for title in &left_out {
        tracing::warn!("{} is left out: no other program could use it", plain(title));
    }
    let locked: Vec<String> = locked.iter().map(|title| plain(title)).collect();
    if text.is_empty() {
        return Err(if locked.is_empty() { Fault::NothingExported } else { Fault::ExportLocked { titles: locked } });
    }
    for title in &locked {
        tracing::warn!("{title} is left out: its password is locked in the password store; unlock it and try again");
    }
    let bytes = match args.format {
        ExportForm::Links | ExportForm::Sip008 | ExportForm::Config => text.as_bytes().to_vec().into(),
        ExportForm::Qr => {
            let codes: Result<Vec<String>, _> = text.lines().map(export::qr_text).collect();
            Zeroizing::new(codes.map_err(Fault::Qr)?.join("\n").into_bytes())
        }
        ExportForm::Svg => svg(one(&text)?)?,
        ExportForm::Png => png(one(&text)?)?,
    };
    write(args.output.as_deref(), args.force, &bytes)
}

/// Writes the QR code of a link.
pub(crate) fn qr(args: &QrArgs) -> Result<(), Fault> {
    let text = Zeroizing::new(link::decode(&args.uri, args.allow_legacy)?.encode());
    let Some(path) = args.output.as_deref() else {
        return write(None, false, export::qr_text(&text).map_err(Fault::Qr)?.as_bytes());
    };
    let ends_with = |end: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(end));
    let bytes = if ends_with("svg") {
        svg(&text)?
    } else if ends_with("png") {
        png(&text)?
    } else {
        return Err(Fault::QrFile { path: path.to_owned() });
    };
    write(Some(path), args.force, &bytes)
}

/// Those that are named by their names, titles or ids; all when none is.
fn chosen<'a>(profiles: &'a [Profile], names: &[String]) -> Result<Vec<&'a Profile>, Fault> {
    if names.is_empty() {
        return Ok(profiles.iter().collect());
    }
    let mut chosen: Vec<&Profile> = Vec::new();
    for name in names {
        let named = |profile: &&Profile| profile.title() == *name || profile.id == *name;
        let before = chosen.len();
        chosen.extend(profiles.iter().filter(named));
        if chosen.len() == before {
            return Err(Fault::NoSuchProfile { name: plain(name) });
        }
    }
    Ok(chosen)
}

fn one(links: &str) -> Result<&str, Fault> {
    let mut lines = links.lines();
    lines.next().filter(|_| lines.next().is_none()).ok_or(Fault::OneCode)
}

fn svg(link: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    Ok(Zeroizing::new(export::qr_svg(link).map_err(Fault::Qr)?.into_bytes()))
}

fn png(link: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    Ok(Zeroizing::new(export::qr_png(link).map_err(Fault::Qr)?))
}

/// Over a file that is there only by `force`.
fn write(path: Option<&Path>, force: bool, bytes: &[u8]) -> Result<(), Fault> {
    match path.filter(|path| *path != Path::new("-")) {
        Some(path) if !force && path.symlink_metadata().is_ok() => Err(Fault::ExportIsThere { path: path.to_owned() }),
        Some(path) => export::save(path, bytes).map_err(|source| Fault::ExportFile { path: path.to_owned(), source }),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush()).map_err(Fault::Output)
        }
    }
}
