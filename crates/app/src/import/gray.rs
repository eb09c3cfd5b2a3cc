//! A picture without colours, and the QR codes in it.

use std::panic::{self, AssertUnwindSafe};

use image::{DynamicImage, GenericImageView as _};
use parasol_platform::screens::Picture;
use rqrr::{Point, PreparedImage};
use zeroize::Zeroizing;

use super::crowd;

/// No code has fewer modules.
const MIN_SIDE: usize = 21;
/// The most codes of one picture that are read.
const MAX_CODES: usize = 64;
/// What the library may have to do with one picture, in all sizes that it is looked at: some seconds ([`crowd::work`]).
const MAX_WORK: f64 = 6e9;

/// What is left of what may be done with a picture.
pub(super) struct Effort(f64);

impl Default for Effort {
    fn default() -> Effort {
        Effort(MAX_WORK)
    }
}

/// A picture without colours, on white where it is transparent. Wiped when dropped.
pub(super) struct Gray {
    width: usize,
    height: usize,
    pixels: Zeroizing<Vec<u8>>,
}

impl Gray {
    /// Of as many pixels as it says; otherwise it is none.
    pub(super) fn new(width: usize, height: usize, pixels: Zeroizing<Vec<u8>>) -> Option<Gray> {
        (width.checked_mul(height) == Some(pixels.len())).then_some(Gray { width, height, pixels })
    }

    pub(super) fn of(picture: DynamicImage) -> Option<Gray> {
        let (width, height) = picture.dimensions();
        let rgba = Zeroizing::new(picture.into_rgba8().into_raw());
        match Picture::of_rgba(width as usize, height as usize, &rgba)? {
            Picture::Gray { width, height, pixels } => Gray::new(width, height, pixels),
            Picture::File(_) => None,
        }
    }

    /// Every code that is seen: its text, or `None` for those that cannot be read. With `shrink`, of a smaller picture.
    pub(super) fn codes(&self, shrink: usize, inverted: bool, effort: &mut Effort) -> Vec<Option<String>> {
        let mut shrunk = self.shrunk(shrink, inverted);
        let mut texts = Vec::new();
        // The library takes corners of neighbours for those of one code where several stand in rows and columns. What was
        // read is covered then, and the others are looked at again.
        loop {
            let (codes, damaged) = shrunk.detected(effort);
            let any = !codes.is_empty();
            for (text, bounds) in codes {
                shrunk.cover(bounds);
                texts.push(Some(text));
            }
            if !damaged || !any || texts.len() >= MAX_CODES {
                texts.extend(damaged.then_some(None));
                return texts;
            }
        }
    }

    fn shrunk(&self, shrink: usize, inverted: bool) -> Gray {
        let (width, height) = (self.width / shrink, self.height / shrink);
        let mut pixels = Zeroizing::new(Vec::with_capacity(width * height));
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let rows = (y * shrink..(y + 1) * shrink).map(|row| row * self.width + x * shrink);
            let sum: usize = rows.flat_map(|at| &self.pixels[at..at + shrink]).map(|pixel| usize::from(*pixel)).sum();
            let gray = u8::try_from(sum / (shrink * shrink)).unwrap_or(u8::MAX);
            pixels.push(if inverted { 255 - gray } else { gray });
        }
        Gray { width, height, pixels }
    }

    /// The codes that can be read, each with its corners, and whether there are others. Those of a picture that would take too
    /// long are others.
    fn detected(&self, effort: &mut Effort) -> (Vec<(String, [Point; 4])>, bool) {
        if self.width < MIN_SIDE || self.height < MIN_SIDE {
            return (Vec::new(), false);
        }
        let pixel = |x, y| self.pixels[y * self.width + x];
        let mut prepared = PreparedImage::prepare_from_greyscale(self.width, self.height, pixel);
        // What is not white, as the library sees it; it does not name its colours.
        let white = PreparedImage::prepare_from_greyscale(1, 1, |_, _| 255).get_pixel_at(0, 0);
        let work = crowd::work(self.width, self.height, |x, y| prepared.get_pixel_at(x, y) != white);
        if work > effort.0 {
            return (Vec::new(), true);
        }
        effort.0 -= work;
        // The library asserts that a code's corners lie within an i32 (rqrr 0.11, geometry.rs), which those of a crooked
        // pattern need not.
        let detected = panic::catch_unwind(AssertUnwindSafe(|| {
            let (mut codes, mut damaged) = (Vec::new(), false);
            for grid in prepared.detect_grids().into_iter().take(MAX_CODES) {
                match grid.decode() {
                    Ok((_, text)) => codes.push((text, grid.bounds)),
                    Err(_) => damaged = true,
                }
            }
            (codes, damaged)
        }));
        detected.unwrap_or((Vec::new(), true))
    }

    /// Paints what lies between these corners white.
    fn cover(&mut self, corners: [Point; 4]) {
        let within = |values: [i32; 4], end: usize| {
            let at = |value: Option<i32>| usize::try_from(value.unwrap_or(0)).unwrap_or(0).min(end);
            at(values.into_iter().min())..at(values.into_iter().max())
        };
        let columns = within(corners.map(|corner| corner.x), self.width);
        for row in within(corners.map(|corner| corner.y), self.height) {
            self.pixels[row * self.width..][columns.clone()].fill(255);
        }
    }
}
