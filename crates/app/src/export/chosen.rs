//! A file that the user has chosen a place for.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zeroize::Zeroizing;

use super::{ExportFormat, Exported, qr_png, qr_svg, save};

/// What profiles can be saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExportFile {
    /// As [`ExportFormat::Links`].
    Links,
    /// As [`ExportFormat::Sip008`].
    Sip008,
    /// As [`ExportFormat::Config`].
    Config,
    /// The QR code of one link, for any size.
    QrSvg,
    /// The same as a picture.
    QrPng,
}

/// What came of saving it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ExportSaved {
    /// It is there, for its owner alone.
    Done {
        /// Where.
        path: String,
    },
    /// There was nothing to write: no profile that can be exported, or a link too long for a code.
    Nothing,
    /// What had the name is as it was.
    Failed {
        /// The system's words.
        cause: String,
    },
}

impl ExportFile {
    /// What the file is called if the user does not say. Nothing of a profile is in it: names of others make no paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ExportFile::Links => "parasol-links.txt",
            ExportFile::Sip008 => "parasol-sip008.json",
            ExportFile::Config => "config.json",
            ExportFile::QrSvg => "parasol-code.svg",
            ExportFile::QrPng => "parasol-code.png",
        }
    }

    /// What it is made of.
    #[must_use]
    pub fn format(self) -> ExportFormat {
        match self {
            ExportFile::Links | ExportFile::QrSvg | ExportFile::QrPng => ExportFormat::Links,
            ExportFile::Sip008 => ExportFormat::Sip008,
            ExportFile::Config => ExportFormat::Config,
        }
    }

    /// Writes the file. `exported` is of our [`format`](Self::format).
    #[must_use]
    pub fn save(self, path: &Path, exported: &Exported) -> ExportSaved {
        match self.bytes(exported).map(|bytes| save(path, &bytes)) {
            Some(Ok(())) => ExportSaved::Done { path: path.display().to_string() },
            Some(Err(error)) => ExportSaved::Failed { cause: words(&error) },
            None => ExportSaved::Nothing,
        }
    }

    fn bytes(self, Exported { text, .. }: &Exported) -> Option<Zeroizing<Vec<u8>>> {
        let link = text.lines().next()?;
        match self {
            ExportFile::Links | ExportFile::Sip008 | ExportFile::Config => Some(text.as_bytes().to_vec().into()),
            ExportFile::QrSvg => qr_svg(link).ok().map(|svg| svg.into_bytes().into()),
            ExportFile::QrPng => qr_png(link).ok().map(Zeroizing::new),
        }
    }
}

/// Without the number, which says nothing to a person.
fn words(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn exported(text: &str) -> Exported {
        Exported { text: text.to_owned().into(), left_out: Vec::new(), locked: Vec::new() }
    }

    #[test]
    fn every_file_holds_what_it_is_called_after() {
        let dir = tempfile::tempdir().unwrap();
        for (file, begin) in [
            (ExportFile::Links, &b"ss://a\nss://b"[..]),
            (ExportFile::QrSvg, b"<svg"),
            (ExportFile::QrPng, b"\x89PNG\r\n"),
        ] {
            let path = dir.path().join(file.name());
            let saved = file.save(&path, &exported("ss://a\nss://b\n"));
            assert_eq!(saved, ExportSaved::Done { path: path.display().to_string() });
            assert!(fs::read(&path).unwrap().starts_with(begin), "{file:?}");
        }
        assert_eq!(ExportFile::Links.save(&dir.path().join("x"), &exported("")), ExportSaved::Nothing);
        let long = format!("ss://{}", "x".repeat(4000));
        assert_eq!(ExportFile::QrSvg.save(&dir.path().join("x"), &exported(&long)), ExportSaved::Nothing);
        assert!(!dir.path().join("x").exists());
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_one_before_it_and_no_part() {
        let dir = tempfile::tempdir().unwrap();
        // A folder of that name cannot be replaced by a file, whoever asks, root too.
        let taken = dir.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), "kept").unwrap();
        let failed = ExportFile::Links.save(&taken, &exported("ss://s3cret\n"));
        let ExportSaved::Failed { cause } = failed else { panic!("{failed:?}") };
        assert!(!cause.contains("os error") && !cause.contains("s3cret"), "{cause}");
        assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "kept");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
        let nowhere = ExportFile::Links.save(&dir.path().join("no/such"), &exported("ss://a\n"));
        assert!(matches!(nowhere, ExportSaved::Failed { .. }));
    }
}
