//! Each cipher against what other programs make of the same input.

use super::*;

/// Made with Python shadowsocks 3.0.1 over OpenSSL 3.0 and libsodium 1.0.18: password `foobar`, the IV above, and
/// 48 bytes `7 i + 3`.
const VECTORS: [(&str, &str); 35] = [
    ("rc4-md5", "74d779f33d18ea400ba59ba6e43cf62302ef53d75e08cd147b222295318f0fcb0feed98d43565724d952bbd9ea425308"),
    ("rc4", "bb7e86d4def0169a24138d35d1c6d2f8883144cc9addf1ae55687d810e6b290668ce9827b75ed15938226b8f18b547cd"),
    ("chacha20", "d48f8f5a384a6358f346ebdc585298b9e81e8ed36614aa5d3db212c74d666c1670d84618949b225af2698ebbf291ed05"),
    (
        "chacha20-ietf",
        "3aacbd77aa45f91a2d042e0e753b8ebb78b3c5db03dd478069d31ab3f5485717a51e7e34d09dfd74232845f7d94def5e",
    ),
    ("table", "f4559d02dd3bc83392d0669b9a0c181b2b9e6da1f04972e17b75e40ba411bca004fbe8a9f76101c6b395b2590ed57635"),
    ("aes-128-cfb", "181c3422c6ec2da6745d172d709971a868b4940c9e04b8c5cc2e20609ae9a93a0a303a58f8bca256a997f4e6041afd10"),
    (
        "aes-128-cfb1",
        "15e2a18a2a730f11d3f80a3b6419712db19f8e05b22d1b7991d99325c82eefdd662ff5969562c4d97aaa1f297ea76861",
    ),
    (
        "aes-128-cfb8",
        "1830c976260cd8ecf85e1de1d2f4c562411bb05cd652e01d4ed9f94cdc5aecc9388cd75603d6b14cac7d054102f6b272",
    ),
    ("aes-128-ctr", "181c3422c6ec2da6745d172d709971a8a24de1249591a2a44728a6e2e26f1228c529627099e6a11dfaea2dd0dae852f5"),
    ("aes-128-ofb", "181c3422c6ec2da6745d172d709971a8f6792e7547d2af5205d722ea6757a3cf4c1db7ab6c15c138b4bd36311f9da202"),
    ("aes-192-cfb", "3cceed6bf137699e349b73c42db4bc2ed5698f46d8431024dee0bc87bb2b765c32d511e33f0838c67cf785f707f70d31"),
    (
        "aes-192-cfb1",
        "180644714645eaf6988332d25df961d41b2b800e84b0bf3ce0a6a01eb2d56f520a76256ee654815f1d18ed07d2235421",
    ),
    (
        "aes-192-cfb8",
        "3c24f00e62d67013a22c3dbb0f1c242c93b2a6cdd2f965599042385afb392484dcbb7ad798d8f240052367f0879cba7a",
    ),
    ("aes-192-ctr", "3cceed6bf137699e349b73c42db4bc2e52271e9c871f5be5347258a1d876239515e362cda7c1b43291270e9b63b172bd"),
    ("aes-192-ofb", "3cceed6bf137699e349b73c42db4bc2e237e48c1b438083168f4d53fab8c38fd2f266258ecece2bd74777e25e02c1d23"),
    ("aes-256-cfb", "72e502650dcd1fd39ca8a5bc762c25d3f10b8f373897540d174da0452db048347623e700a1f99980a2a2245ed0e140b9"),
    (
        "aes-256-cfb1",
        "2880c46dc98dafe120a4351ed412bf4f75b47c7ff729d4056376aa9206213a3d46da6618d1acb14cb8472f6a6639609c",
    ),
    (
        "aes-256-cfb8",
        "728005b4913ce009b564b41debbdbea5d002d68c6306b4de5d19789a4606d2788bc340e0efc54a648bdb81b4100738bf",
    ),
    ("aes-256-ctr", "72e502650dcd1fd39ca8a5bc762c25d30c3f6dcdb3178d9f8bda15b65a02d035ec86bdb3db1e7557a037c7e9404bd994"),
    ("aes-256-ofb", "72e502650dcd1fd39ca8a5bc762c25d3f7f3cea4a7ac8cf60f0b922589f37859c45f428567d131e6fa4f792dd1487e94"),
    (
        "camellia-128-cfb",
        "1064bcab920643b2f0939eac553a53691c7359bcbb12103ee1b28a44502defdf9c7489df373d734b3fecbf8eab14a6dc",
    ),
    (
        "camellia-128-cfb1",
        "389fd57f2c53bfd0217992efb508b3247838f753e80f4dfdd1eca99b07ce5f1de8fbd0ed7285cd666dc782aa1fcf8ccc",
    ),
    (
        "camellia-128-cfb8",
        "10b4ddd8067c39819a83148336330dd52ea82c6e192ae69158cbfd672259f67be8ac0e3a3d159cd174499e2cbd6517d9",
    ),
    (
        "camellia-128-ctr",
        "1064bcab920643b2f0939eac553a53697239bb2d96a8a04d85ef30ebc218092dca673f2c62c99ce3387608ac106e502b",
    ),
    (
        "camellia-128-ofb",
        "1064bcab920643b2f0939eac553a5369ce6900fc0a5bc8dfcf529d8268c3489bed256d0b4443b486bc05e0c579c0e04f",
    ),
    (
        "camellia-192-cfb",
        "58b6f92253c1bb1a25795f376c95d1ddea2723cbc0e5f18514ccc7d52b449f67ffbfcc19d542ee0bf4527b66406e64f0",
    ),
    (
        "camellia-192-cfb1",
        "66a1f08b224e6866519dd057c55d89dbc3dd716d4c88fed83af61c0a3c64c4f4075753671653310f02e0d31a3a91bb5b",
    ),
    (
        "camellia-192-cfb8",
        "58ddece6993866c7c7d989ba689e0d3b766aa3544ad4911ce77d84e8d07b191842d50589065defb1d84a0951e765f839",
    ),
    (
        "camellia-192-ctr",
        "58b6f92253c1bb1a25795f376c95d1dd06a8b0376690f328cd5bbdef8fc7d8b7f2955d20d637a76f1f64d957a216fdab",
    ),
    (
        "camellia-192-ofb",
        "58b6f92253c1bb1a25795f376c95d1dd45c9f9aa9056bd10a35d2a60fbb4c3242f685e693986786670bc649d9d7767ae",
    ),
    (
        "camellia-256-cfb",
        "13e01d3026701d3bb9ada26b4fa7b04c244e9308902299a2e6db84c33dbb3c80b60c795500dfbb62693efe4e6520d9e1",
    ),
    (
        "camellia-256-cfb1",
        "4b83989e548f68c74c86916b955b5c2b0ef10de2eeb7c30a4694de543eb97fc910e7b7ef713c7e7dfe104d8a1c996186",
    ),
    (
        "camellia-256-cfb8",
        "13d84030953c4f37261e5bc440df9e7c2eed6ce75dfbaf1bef8fbd340835c3325c129f55b6daae4e18ab116557f9b15f",
    ),
    (
        "camellia-256-ctr",
        "13e01d3026701d3bb9ada26b4fa7b04c33d6c3c9a2eebabc9af142dc51f4f36730e8fd6445987ae97b9b3e17aefb3f94",
    ),
    (
        "camellia-256-ofb",
        "13e01d3026701d3bb9ada26b4fa7b04c4c9bd14ad17002cd50a5192689bde563f804854f8d5f8c0ed3727ff27def9a99",
    ),
];

#[test]
fn every_cipher_makes_what_other_programs_make() {
    let plain: Vec<u8> = (0..48u8).map(|i| i.wrapping_mul(7).wrapping_add(3)).collect();
    for (name, expected) in VECTORS {
        let method = method(name);
        let expected = unhex(expected);
        let mut data = plain.clone();
        let mut cipher = StreamCipher::new(method, &key(method), &iv(method, 0));
        let (head, tail) = data.split_at_mut(5);
        cipher.seal(head);
        cipher.seal(tail);
        assert_eq!(data, expected, "{name}");
        StreamCipher::new(method, &key(method), &iv(method, 0)).open(&mut data);
        assert_eq!(data, plain, "{name}");
    }
    assert_eq!(StreamMethod::all().count(), VECTORS.len() + 1, "all but `none`");
}

#[test]
fn the_aes_counter_carries_over_the_whole_block() {
    // openssl enc -aes-128-ctr -K 098f…b4f6 -iv ff…ff, of 32 zero bytes
    let key = Key::from_password(Method::Stream(method("aes-128-ctr")), "test").unwrap();
    let mut data = [0; 32];
    StreamCipher::new(method("aes-128-ctr"), &key, &[0xff; 16]).seal(&mut data);
    let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "3e4b3d8e465bf308dea669b28993a4ec9fe62d012e4615045e3723e2b3e134d6");
}

proptest! {
    #[test]
    fn pieces_of_any_length_make_the_same_stream(
        method in any_method(),
        data in proptest::collection::vec(any::<u8>(), 0..3_000),
        cuts in proptest::collection::vec(0usize..600, 1..12),
    ) {
        let (key, iv) = (key(method), iv(method, 0));
        let mut whole = data.clone();
        StreamCipher::new(method, &key, &iv).seal(&mut whole);
        let mut sealed = data.clone();
        let (mut seal, mut open) = (StreamCipher::new(method, &key, &iv), StreamCipher::new(method, &key, &iv));
        for piece in cut(&mut sealed, &cuts) {
            seal.seal(piece);
        }
        prop_assert_eq!(&sealed, &whole);
        for piece in cut(&mut sealed, &cuts[1..]) {
            open.open(piece);
        }
        prop_assert_eq!(sealed, data);
    }
}
