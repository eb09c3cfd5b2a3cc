//! QR codes in pictures: in a file, on the clipboard, on all screens. How many pixels a picture has is known before any of
//! them is decoded, and bounded.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::io::Cursor;

use image::{ImageError, ImageFormat, ImageReader, Limits};
use parasol_platform::screens::Picture;
use zeroize::Zeroize as _;

use super::entry::Entry;
use super::fault::ImportFault;
use super::gray::{Effort, Gray};
use super::place::Place;
use super::{MAX_PICTURE, text};

/// The most pixels on either side.
const MAX_SIDE: usize = 20_000;
/// The most pixels: a screen of 7680 × 4320 and a little more.
const MAX_PIXELS: usize = 40_000_000;
/// The most bytes that decoding may take.
const MAX_ALLOC: u64 = 512 * 1024 * 1024;

/// The kind of picture, if these bytes are one. Some kinds begin with letters only, as a text may too.
pub(super) fn kind(bytes: &[u8]) -> Option<ImageFormat> {
    let head = &bytes[..bytes.len().min(32)];
    let is_text = std::str::from_utf8(head).is_ok() && !head.contains(&0);
    image::guess_format(bytes).ok().filter(|_| !is_text)
}

/// Whether these bytes are what pictures come in besides, or are taken for one: what phones write, drawings, PDF.
pub(super) fn is_other(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif"];
    let head = &bytes[..bytes.len().min(1024)];
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let within = |text: &[u8]| head.windows(text.len()).any(|part| part == text);
    let heif = head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(|brand| BRANDS.contains(&brand));
    let drawing = start.starts_with(b"<svg")
        || (start.starts_with(b"<?xml") || start.starts_with(b"<!DOCTYPE svg")) && within(b"<svg");
    heif || drawing || start.starts_with(b"%PDF-")
}

/// What the codes of a file say: links, or any other text that is read here. The place is the code's.
pub(super) fn entries(bytes: &[u8], kind: ImageFormat) -> Vec<Entry> {
    entries_of([of_file(bytes, kind)], ImportFault::NoCode)
}

/// What the codes of all these pictures say, each code once; `none` where there is none.
pub(super) fn entries_of_all(pictures: Vec<Picture>, none: ImportFault) -> Vec<Entry> {
    let gray = |picture| match picture {
        Picture::File(bytes) => match kind(&bytes) {
            Some(kind) => of_file(&bytes, kind),
            None => Err(ImportFault::OtherPicture),
        },
        Picture::Gray { width, height, pixels } => {
            bounded(width, height)?;
            Gray::new(width, height, pixels).ok_or(ImportFault::DamagedPicture)
        }
    };
    entries_of(pictures.into_iter().map(gray), none)
}

fn entries_of(pictures: impl IntoIterator<Item = Result<Gray, ImportFault>>, none: ImportFault) -> Vec<Entry> {
    let (mut codes, mut entries) = (Codes::default(), Vec::new());
    for picture in pictures {
        match picture {
            Ok(gray) => codes.find(&gray),
            Err(fault) => entries.push(Entry::refused(Place::Whole, fault)),
        }
    }
    if codes.texts.is_empty() && entries.is_empty() {
        entries.push(Entry::refused(Place::Whole, if codes.damaged { ImportFault::DamagedCode } else { none }));
    }
    for (code, text) in (1..).zip(&codes.texts) {
        let (_, found) = super::of_text(text, true);
        entries.extend(found.into_iter().map(|entry| Entry { place: Place::Code { code }, ..entry }));
    }
    if entries.len() > super::MAX_ENTRIES {
        entries = text::bounded(entries.into_iter());
    }
    entries
}

/// What the codes say that were found, and whether there are others. Wiped when dropped.
#[derive(Default)]
struct Codes {
    texts: Vec<String>,
    seen: HashSet<String>,
    damaged: bool,
}

impl Codes {
    fn find(&mut self, gray: &Gray) {
        let (mut found, mut effort) = (false, Effort::default());
        // A photograph's codes are found better when it is smaller; what is found at full size is not looked for again.
        for shrink in [1, 2, 4] {
            for inverted in [false, true] {
                for text in gray.codes(shrink, inverted, &mut effort) {
                    found |= text.is_some();
                    match text {
                        Some(text) if self.seen.insert(text.clone()) => self.texts.push(text),
                        Some(mut known) => known.zeroize(),
                        None => self.damaged = true,
                    }
                }
            }
            if found {
                break;
            }
        }
    }
}

impl Drop for Codes {
    fn drop(&mut self) {
        self.texts.zeroize();
        self.seen.drain().for_each(|mut text| text.zeroize());
    }
}

fn of_file(bytes: &[u8], kind: ImageFormat) -> Result<Gray, ImportFault> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
    if !matches!(kind, Png | Jpeg | Bmp | Gif | WebP) {
        return Err(ImportFault::OtherPicture);
    }
    if bytes.len() > MAX_PICTURE {
        return Err(ImportFault::TooLong);
    }
    let reader = || ImageReader::with_format(Cursor::new(bytes), kind);
    let (width, height) = reader().into_dimensions().map_err(|error| fault(&error))?;
    bounded(width as usize, height as usize)?;
    let mut reader = reader();
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE as u32);
    limits.max_image_height = Some(MAX_SIDE as u32);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    Gray::of(reader.decode().map_err(|error| fault(&error))?).ok_or(ImportFault::DamagedPicture)
}

fn bounded(width: usize, height: usize) -> Result<(), ImportFault> {
    if width == 0 || height == 0 {
        return Err(ImportFault::DamagedPicture);
    }
    if width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS {
        let pixels = |side| u32::try_from(side).unwrap_or(u32::MAX);
        return Err(ImportFault::LargePicture { width: pixels(width), height: pixels(height) });
    }
    Ok(())
}

fn fault(error: &ImageError) -> ImportFault {
    match error {
        ImageError::Unsupported(_) => ImportFault::OtherPicture,
        _ => ImportFault::DamagedPicture,
    }
}
