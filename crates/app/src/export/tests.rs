use std::collections::HashSet;
use std::io::Cursor;

use image::{DynamicImage, GenericImage as _, GrayImage, ImageFormat, Luma, RgbaImage};
use parasol_proto::legacy::StreamMethod;
use parasol_proto::{Family, Key, Method};
use proptest::prelude::*;

use super::*;
use crate::import::{self, ImportFault, Place, Verdict};

fn profiles(bytes: &[u8]) -> Vec<Profile> {
    let import = import::read(bytes);
    for entry in &import.entries {
        assert!(entry.found.is_ok(), "{entry:?}");
    }
    import::apply(&import, &import::plan(&import, &[]), &HashSet::new(), &[]).added
}

/// Any profile that can be written.
fn any_profile() -> impl Strategy<Value = Profile> {
    let methods: Vec<Method> = Method::ALL.into_iter().chain(StreamMethod::all().map(Method::Stream)).collect();
    let host = prop_oneof!["[a-z]{1,10}(\\.[a-z]{1,10}){1,3}", any::<std::net::IpAddr>().prop_map(|ip| ip.to_string())];
    let plugin = prop_oneof![
        Just((String::new(), String::new())),
        ("[a-z][a-z0-9-]{0,15}", "[ -~]{0,40}").prop_map(|(name, options)| (name, options)),
    ];
    (prop::sample::select(methods), host, 1u16.., "\\PC{0,30}", "\\PC{1,40}", any::<[u8; 32]>(), plugin)
        .prop_filter_map("a server of ours", |(method, server, port, name, password, key, (plugin, plugin_opts))| {
            let password = match method.family() {
                Family::Aead2022 => Key::password_from_random(&key[..method.key_len()]),
                Family::Aead2017 | Family::Stream => password,
            };
            let profile = Profile {
                id: Profile::new_id(),
                name: clean_name(name.trim()).unwrap_or_default().trim().to_owned(),
                server: parasol_proto::Address::from_host(&server, port).ok()?.host(),
                port,
                method: method.name().to_owned(),
                password: password.as_str().into(),
                plugin: if plugin == "simple-obfs" { "obfs-local".to_owned() } else { plugin },
                plugin_opts: plugin_opts.into(),
                ..Profile::default()
            };
            // A file's password in braces stands for a variable.
            (link(&profile).is_some() && !password.starts_with("${")).then_some(profile)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_is_imported_as_it_was(all in prop::collection::vec(any_profile(), 1..6)) {
        for format in [ExportFormat::Links, ExportFormat::Sip008, ExportFormat::Config] {
            let exported = export(&all, format, 1080);
            prop_assert_eq!(&exported.left_out, &Vec::<String>::new());
            let again = profiles(exported.text.as_bytes());
            let import = import::read(exported.text.as_bytes());
            prop_assert!(import::plan(&import, &all).iter().all(|verdict| *verdict == Verdict::Unchanged));
            // Two of the same are one.
            let mut seen = HashSet::new();
            let expected = all.iter().filter(|profile| {
                seen.insert((profile.server.clone(), profile.port, profile.method.clone(), profile.password.as_str().to_owned(),
                    profile.plugin.clone(), profile.plugin_opts.as_str().to_owned()))
            });
            let shown = |profile: &Profile| (profile.name.clone(), profile.server.clone(), profile.port, profile.method.clone(),
                profile.password.clone(), profile.plugin.clone(), profile.plugin_opts.clone());
            prop_assert_eq!(again.iter().map(shown).collect::<Vec<_>>(), expected.map(shown).collect::<Vec<_>>());
        }
    }

}

proptest! {
    // A picture with a large code takes a while to be looked through.
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_qr_code_says_the_link(profile in any_profile()) {
        let text = link(&profile).expect("it can be written").encode();
        let [again] = &profiles(&qr_png(&text).expect("it fits"))[..] else { panic!("one code, one profile") };
        prop_assert_eq!(&again.password, &profile.password);
        prop_assert!(qr_svg(&text).expect("it fits").starts_with("<svg"));
    }
}

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";

#[test]
fn what_is_locked_is_named_as_that_and_nothing_is_written_without_it() {
    let good = profiles(LINK.as_bytes()).remove(0);
    let key = crate::secrets::Key::random().unwrap();
    let password = Profile {
        name: "Password".to_owned(),
        sealed: Some(key.seal(&good.password)),
        password: parasol_proto::Password::default(),
        ..good.clone()
    };
    let options = Profile {
        name: "Options".to_owned(),
        plugin: "obfs-local".to_owned(),
        opts_sealed: Some(key.seal(&"obfs=http;key=x".into())),
        ..good.clone()
    };
    let exported = export([&password, &good, &options], ExportFormat::Links, 1080);
    assert_eq!((exported.locked, exported.left_out), (vec!["Password".to_owned(), "Options".to_owned()], Vec::new()));
    assert_eq!(*exported.text, format!("{LINK}\n"));
}

#[test]
fn what_no_other_program_could_use_is_left_out_by_name() {
    let mut all = profiles(LINK.as_bytes());
    all.push(Profile::builtin());
    all.push(Profile { name: "Future".to_owned(), method: "aes-512-gcm".to_owned(), ..all[0].clone() });
    let exported = export(&all, ExportFormat::Links, 1080);
    assert_eq!(*exported.text, format!("{LINK}\n"));
    assert_eq!(exported.left_out, ["Built-in server", "Future"]);
    assert!(!format!("{exported:?}").contains("dGVzdA"));
    assert_eq!(*export([&Profile::builtin()], ExportFormat::Sip008, 1080).text, "");
}

#[test]
fn a_file_is_the_owners_alone_and_replaces_the_one_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("servers.txt");
    std::fs::write(&path, "before").unwrap();
    save(&path, b"after").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"after");
    assert!(!parasol_platform::private_file::is_open_to_others(&std::fs::File::open(&path).unwrap()).unwrap());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    assert!(save(&dir.path().join("no/such"), b"x").is_err());
    assert!(save(std::path::Path::new("/"), b"x").is_err());
}

fn gray(text: &str) -> GrayImage {
    image::load_from_memory(&qr_png(text).unwrap()).unwrap().to_luma8()
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn found(bytes: &[u8]) -> Vec<(Place, Result<String, ImportFault>)> {
    let entries = import::read(bytes).entries;
    entries.into_iter().map(|entry| (entry.place, entry.found.map(|draft| draft.profile.name))).collect()
}

#[test]
fn codes_are_read_from_every_kind_of_picture_several_in_one() {
    let (first, second) = (gray(&format!("{LINK}#first")), gray(&format!("{LINK}#second")));
    let mut both = GrayImage::from_pixel(first.width() + second.width() + 40, first.height() + 60, Luma([255]));
    both.copy_from(&first, 0, 50).unwrap();
    both.copy_from(&second, first.width() + 40, 0).unwrap();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::WebP] {
        let picture = DynamicImage::from(DynamicImage::from(both.clone()).to_rgb8());
        let mut found = found(&written(&picture, format));
        found.sort_by_key(|(_, name)| name.clone().unwrap_or_default());
        let names: Vec<_> = found.into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, [Ok("first".to_owned()), Ok("second".to_owned())], "{format:?}");
    }
}

#[test]
fn codes_are_read_light_on_dark_and_on_nothing() {
    let code = gray(&format!("{LINK}#x"));
    let inverted = GrayImage::from_fn(code.width(), code.height(), |x, y| Luma([255 - code[(x, y)].0[0]]));
    let clear = RgbaImage::from_fn(code.width(), code.height(), |x, y| image::Rgba([0, 0, 0, 255 - code[(x, y)].0[0]]));
    for picture in [DynamicImage::from(inverted), DynamicImage::from(clear)] {
        assert_eq!(found(&written(&picture, ImageFormat::Png)), [(Place::Code { code: 1 }, Ok("x".to_owned()))]);
    }
}

#[test]
fn pictures_without_codes_and_cut_ones_are_refused() {
    let refused = |bytes: &[u8]| match &found(bytes)[..] {
        [(Place::Whole, Err(fault))] => fault.clone(),
        other => panic!("{other:?}"),
    };
    let blank = |side| written(&DynamicImage::from(GrayImage::from_pixel(side, side, Luma([255]))), ImageFormat::Png);
    assert_eq!(refused(&blank(1)), ImportFault::NoCode);
    assert_eq!(refused(&blank(500)), ImportFault::NoCode);
    let code = qr_png(LINK).unwrap();
    for end in [8, 20, 40, code.len() / 2, code.len() - 20] {
        assert_eq!(refused(&code[..end]), ImportFault::DamagedPicture, "{end} bytes");
    }
    let other = [(Place::Code { code: 1 }, Err(ImportFault::NotALink))];
    assert_eq!(found(&qr_png("hello").unwrap()), other);
    assert_eq!(qr_png(&"x".repeat(3000)), Err(TooLong));
}

/// The picture is never decoded: it says that it has 20,000 × 20,000 pixels, or as many as there are numbers.
#[test]
fn a_picture_of_too_many_pixels_is_refused_by_its_head() {
    for side in [20_000_u32, 20_001, 6_400, u32::MAX] {
        let mut png = qr_png(LINK).unwrap();
        png[16..20].copy_from_slice(&side.to_be_bytes());
        png[20..24].copy_from_slice(&side.to_be_bytes());
        // The head's checksum, which is over its kind and content.
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        let [(Place::Whole, Err(fault))] = &found(&png)[..] else { panic!("refused as a whole") };
        match fault {
            ImportFault::LargePicture { width, height } => assert_eq!((*width, *height), (side, side)),
            other => assert!(*other == ImportFault::DamagedPicture && side == u32::MAX, "{other:?}"),
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn text_of_a_code_has_the_right_size() {
    let lines = qr_text(LINK).unwrap();
    let width = lines.lines().next().unwrap().chars().count();
    assert!(lines.lines().all(|line| line.chars().count() == width));
    assert_eq!(lines.lines().count(), width.div_ceil(2));
}
