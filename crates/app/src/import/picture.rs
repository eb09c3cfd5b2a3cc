//! QR codes in a picture. How many pixels it has is known before any of them is decoded, and bounded.

use std::collections::HashSet;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe};

use image::{DynamicImage, GenericImageView as _, ImageError, ImageFormat, ImageReader, Limits, Rgba};
use rqrr::PreparedImage;
use zeroize::Zeroize as _;

use super::entry::Entry;
use super::fault::ImportFault;
use super::place::Place;
use super::{MAX_PICTURE, text};

/// The most pixels on either side.
const MAX_SIDE: u32 = 20_000;
/// The most pixels: a screen of 7680 × 4320 and a little more.
const MAX_PIXELS: u64 = 40_000_000;
/// The most bytes that decoding may take.
const MAX_ALLOC: u64 = 512 * 1024 * 1024;

/// The kind of picture, if these bytes are one. Some kinds begin with letters only, as a text may too.
pub(super) fn kind(bytes: &[u8]) -> Option<ImageFormat> {
    let head = &bytes[..bytes.len().min(32)];
    let is_text = std::str::from_utf8(head).is_ok() && !head.contains(&0);
    image::guess_format(bytes).ok().filter(|_| !is_text)
}

/// What the codes of a picture say: links, or any other text that is read here. The place is the code's.
pub(super) fn entries(bytes: &[u8], kind: ImageFormat) -> Vec<Entry> {
    let (texts, damaged) = match codes(bytes, kind) {
        Ok(codes) => codes,
        Err(fault) => return vec![Entry::refused(Place::Whole, fault)],
    };
    if texts.is_empty() {
        let fault = if damaged { ImportFault::DamagedCode } else { ImportFault::NoCode };
        return vec![Entry::refused(Place::Whole, fault)];
    }
    let mut entries = Vec::new();
    for (code, mut text) in (1..).zip(texts) {
        let (_, found) = super::of_text(&text, true);
        entries.extend(found.into_iter().map(|entry| Entry { place: Place::Code { code }, ..entry }));
        text.zeroize();
    }
    if entries.len() > super::MAX_ENTRIES {
        entries = text::bounded(entries.into_iter());
    }
    entries
}

/// The texts of all codes that can be read, and whether there are others.
fn codes(bytes: &[u8], kind: ImageFormat) -> Result<(Vec<String>, bool), ImportFault> {
    let gray = Gray::of(&decoded(bytes, kind)?);
    let (mut texts, mut damaged) = (Vec::new(), false);
    let mut seen = HashSet::new();
    // A photograph's codes are found better when it is smaller; what is found at full size is not looked for again.
    for shrink in [1, 2, 4] {
        for inverted in [false, true] {
            for text in gray.codes(shrink, inverted) {
                match text {
                    Some(text) if seen.insert(text.clone()) => texts.push(text),
                    Some(_) => {}
                    None => damaged = true,
                }
            }
        }
        if !texts.is_empty() {
            break;
        }
    }
    seen.into_iter().for_each(|mut text| text.zeroize());
    Ok((texts, damaged))
}

fn decoded(bytes: &[u8], kind: ImageFormat) -> Result<DynamicImage, ImportFault> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
    if !matches!(kind, Png | Jpeg | Bmp | Gif | WebP) {
        return Err(ImportFault::OtherPicture);
    }
    if bytes.len() > MAX_PICTURE {
        return Err(ImportFault::TooLong);
    }
    let reader = || ImageReader::with_format(Cursor::new(bytes), kind);
    let (width, height) = reader().into_dimensions().map_err(|error| fault(&error))?;
    if width == 0 || height == 0 {
        return Err(ImportFault::DamagedPicture);
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImportFault::LargePicture { width, height });
    }
    let mut reader = reader();
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    reader.decode().map_err(|error| fault(&error))
}

fn fault(error: &ImageError) -> ImportFault {
    match error {
        ImageError::Unsupported(_) => ImportFault::OtherPicture,
        _ => ImportFault::DamagedPicture,
    }
}

/// A picture without colours, on white where it is transparent.
struct Gray {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Gray {
    fn of(picture: &DynamicImage) -> Gray {
        let (width, height) = picture.dimensions();
        let on_white = |Rgba([red, green, blue, alpha]): Rgba<u8>| {
            // The weights of BT.601, in 1/256.
            let luma = (77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8;
            let alpha = u32::from(alpha);
            u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        let pixels = picture.pixels().map(|(_, _, pixel)| on_white(pixel)).collect();
        Gray { width: width as usize, height: height as usize, pixels }
    }

    /// Every code that is seen: its text, or `None` for one that cannot be read.
    fn codes(&self, shrink: usize, inverted: bool) -> Vec<Option<String>> {
        let (width, height) = (self.width / shrink, self.height / shrink);
        if width < MIN_SIDE || height < MIN_SIDE {
            return Vec::new();
        }
        let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            let mut sum = 0;
            for row in y * shrink..(y + 1) * shrink {
                let start = row * self.width + x * shrink;
                sum += self.pixels[start..start + shrink].iter().map(|pixel| usize::from(*pixel)).sum::<usize>();
            }
            let gray = u8::try_from(sum / (shrink * shrink)).unwrap_or(u8::MAX);
            if inverted { 255 - gray } else { gray }
        });
        // The library asserts that a code's corners lie within an i32 (rqrr 0.11, geometry.rs), which those of a crooked
        // pattern need not.
        panic::catch_unwind(AssertUnwindSafe(|| {
            let grids = prepared.detect_grids().into_iter().take(MAX_CODES);
            grids.map(|grid| grid.decode().ok().map(|(_, text)| text)).collect()
        }))
        .unwrap_or_else(|_| vec![None])
    }
}

/// No code has fewer modules.
const MIN_SIDE: usize = 21;
/// The most codes of one picture that are read.
const MAX_CODES: usize = 64;
