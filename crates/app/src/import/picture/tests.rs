use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

use super::*;
use crate::export::qr_png;
use crate::import::{Format, Given, read_given};

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";

/// The code of a link with this name, with modules of about so many pixels.
fn code(name: &str, module: u32) -> GrayImage {
    let code = image::load_from_memory(&qr_png(&format!("{LINK}#{name}")).unwrap()).unwrap().to_luma8();
    let side = code.width() / 8 * module;
    imageops::resize(&code, side, side, FilterType::Nearest)
}

/// A desktop with these pictures on it.
fn screen(width: u32, height: u32, shown: &[(&GrayImage, i64, i64)]) -> Picture {
    let mut screen = GrayImage::from_fn(width, height, |x, y| Luma([u8::try_from((x / 7 + y / 5) % 120).unwrap()]));
    for (picture, x, y) in shown {
        imageops::replace(&mut screen, *picture, *x, *y);
    }
    let (width, height) = (width as usize, height as usize);
    Picture::Gray { width, height, pixels: screen.into_raw().into() }
}

fn found(given: Given) -> Vec<(Place, Result<String, ImportFault>)> {
    let entries = read_given(given).entries;
    entries.into_iter().map(|entry| (entry.place, entry.found.map(|draft| draft.profile.name))).collect()
}

fn names(given: Given) -> Vec<String> {
    let mut names: Vec<_> = found(given).into_iter().map(|(_, name)| name.expect("a server")).collect();
    names.sort();
    names
}

fn refused(fault: ImportFault) -> Vec<(Place, Result<String, ImportFault>)> {
    vec![(Place::Whole, Err(fault))]
}

#[test]
fn codes_of_every_size_on_all_screens_are_read_each_once() {
    let (small, large, huge) = (code("small", 2), code("large", 9), code("huge", 24));
    let screens = vec![
        screen(1920, 1080, &[(&small, 100, 900), (&large, 1200, 40)]),
        screen(1200, 1920, &[(&huge, 61, 33)]),
        screen(640, 480, &[(&small, 11, 11)]),
    ];
    assert_eq!(names(Given::Screens(screens)), ["huge", "large", "small"]);
}

#[test]
fn many_codes_are_numbered() {
    let codes: Vec<_> = (0..6).map(|number| code(&number.to_string(), 4)).collect();
    let side = i64::from(codes[0].width()) + 30;
    let shown: Vec<_> =
        codes.iter().zip(0..).map(|(code, at)| (code, 20 + at % 3 * side, 20 + at / 3 * side)).collect();
    let found = found(Given::Screens(vec![screen(1280, 900, &shown)]));
    let places: Vec<_> = found.iter().map(|(place, _)| place.clone()).collect();
    assert_eq!(places, (1..=6).map(|code| Place::Code { code }).collect::<Vec<_>>());
}

#[test]
fn a_screen_without_a_code_says_so_and_a_picture_as_pictures_do() {
    let nothing = || screen(320, 200, &[]);
    let import = read_given(Given::Screens(vec![nothing(), nothing()]));
    assert_eq!((import.format, import.entries.len()), (Format::Screen, 1));
    assert_eq!(found(Given::Screens(vec![nothing()])), refused(ImportFault::NoCodeOnScreen));
    assert_eq!(found(Given::Screens(Vec::new())), refused(ImportFault::NoCodeOnScreen));
    assert_eq!(found(Given::Picture(nothing())), refused(ImportFault::NoCode));
}

#[test]
fn one_screen_that_cannot_be_read_costs_no_other() {
    let shown = code("good", 4);
    let large = Picture::Gray { width: 20_001, height: 1, pixels: vec![0; 20_001].into() };
    let found = found(Given::Screens(vec![large, screen(400, 300, &[(&shown, 5, 5)])]));
    let fault = ImportFault::LargePicture { width: 20_001, height: 1 };
    assert_eq!(found, [(Place::Whole, Err(fault)), (Place::Code { code: 1 }, Ok("good".to_owned()))]);
}

#[test]
fn a_portals_file_is_read_and_one_that_is_none_is_refused() {
    let file = |bytes: &[u8]| Given::Screens(vec![Picture::File(bytes.to_vec().into())]);
    assert_eq!(names(file(&qr_png(&format!("{LINK}#portal")).unwrap())), ["portal"]);
    assert_eq!(found(file(b"no picture")), refused(ImportFault::OtherPicture));
    assert_eq!(found(file(b"\x89PNG\r\n\x1a\n")), refused(ImportFault::DamagedPicture));
}

#[test]
fn pixels_are_bounded_and_must_be_as_many_as_they_say() {
    let of = |width: usize, height: usize, pixels: usize| {
        found(Given::Picture(Picture::Gray { width, height, pixels: vec![255; pixels].into() }))
    };
    assert_eq!(of(1, 1, 1), refused(ImportFault::NoCode));
    assert_eq!(of(0, 0, 0), refused(ImportFault::DamagedPicture));
    assert_eq!(of(30, 30, 899), refused(ImportFault::DamagedPicture));
    assert_eq!(of(20_000, 20_000, 0), refused(ImportFault::LargePicture { width: 20_000, height: 20_000 }));
    assert_eq!(of(usize::MAX, 2, 0), refused(ImportFault::LargePicture { width: u32::MAX, height: 2 }));
}

#[test]
fn a_picture_full_of_corners_and_noise_without_end_are_given_up() {
    const CORNER: [u8; 7] = [0b111_1111, 0b100_0001, 0b101_1101, 0b101_1101, 0b101_1101, 0b100_0001, 0b111_1111];
    let side = 800_usize;
    // The library tries some hundred thousand threes of them, each on a copy of the whole.
    let corners = |x: usize, y: usize| y % 9 < 7 && x % 9 < 7 && CORNER[y % 9] >> (x % 9) & 1 == 1;
    let noise = |x: usize, y: usize| (x * 7919 + y * 104_729 + x * y * 31) % 97 < 62;
    for black in [&corners as &dyn Fn(usize, usize) -> bool, &noise] {
        let pixels: Vec<u8> = (0..side * side).map(|at| if black(at % side, at / side) { 0 } else { 255 }).collect();
        let picture = Picture::Gray { width: side, height: side, pixels: pixels.into() };
        let found = found(Given::Picture(picture));
        assert!(
            matches!(&found[..], [(Place::Whole, Err(ImportFault::DamagedCode | ImportFault::NoCode))]),
            "{found:?}"
        );
    }
}
