use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use rstest::rstest;
use sesame_domain::ids::PersonId;
use sesame_webapp::Settings;
use sesame_webapp::init_data::{
    InitDataError, SignaturePolicy, TELEGRAM_KEYS, Verifier, telegram_keys,
};

use crate::support::init_data::Builder;
use crate::support::{BOT_TOKEN, noon, settings};

fn verifier() -> Verifier {
    Verifier::new(&settings("https://sesame.example"))
}

fn good() -> Builder {
    Builder::new(77, noon())
}

#[test]
fn good_init_data_says_who_it_is() {
    let data = verifier().verify(&good().build(), noon()).unwrap();
    assert_eq!(data.person, PersonId(77));
    assert_eq!(data.language.as_deref(), Some("en"));
}

#[test]
fn who_has_the_bots_token_cannot_make_init_data() {
    let forged = good().unsigned().build();
    let answer = verifier().verify(&forged, noon());
    assert_eq!(answer.unwrap_err(), InitDataError::Unsigned);
}

#[test]
fn without_a_signature_the_hash_is_enough_where_that_is_set() {
    let verifier = Verifier::new(&Settings {
        init_data_signature: SignaturePolicy::Optional,
        ..settings("https://sesame.example")
    });
    let data = verifier.verify(&good().unsigned().build(), noon()).unwrap();
    assert_eq!(data.person, PersonId(77));
    // One that is there is right all the same, or nothing is accepted.
    let foreign = Builder {
        key: Some(SigningKey::from_bytes(&[9; 32])),
        ..good()
    };
    for wrong in [foreign, good().unsigned().set("signature", "")] {
        assert!(verifier.verify(&wrong.build(), noon()).is_err());
    }
}

#[rstest]
#[case::for_another_bot(Builder { bot_token: "1:other".to_owned(), ..good() })]
#[case::signed_by_someone_else(Builder { key: Some(SigningKey::from_bytes(&[9; 32])), ..good() })]
#[case::signed_for_another_bot(Builder { bot_id: "4243".to_owned(), ..good() })]
fn what_telegram_did_not_sign_for_this_bot_is_forged(#[case] data: Builder) {
    let answer = verifier().verify(&data.build(), noon());
    assert_eq!(answer.unwrap_err(), InitDataError::Forged);
}

#[rstest]
#[case::an_hour(3600, Ok(()))]
#[case::more_than_an_hour(3601, Err(InitDataError::Stale))]
#[case::a_slow_clock(-30, Ok(()))]
#[case::from_the_future(-31, Err(InitDataError::Future))]
fn age_is_limited(#[case] seconds: i64, #[case] expected: Result<(), InitDataError>) {
    let data = Builder::new(77, noon() - TimeDelta::seconds(seconds)).build();
    assert_eq!(verifier().verify(&data, noon()).map(drop), expected);
}

#[rstest]
#[case::no_user(good().without("user"))]
#[case::no_date(good().without("auth_date"))]
#[case::a_date_that_is_none(good().set("auth_date", "yesterday"))]
#[case::a_date_beyond_time(good().set("auth_date", "99999999999999999"))]
#[case::a_user_that_is_no_json(good().set("user", "Ann"))]
#[case::a_negative_id(good().set("user", r#"{"id":-5}"#))]
#[case::a_bot(good().set("user", r#"{"id":5,"is_bot":true}"#))]
#[case::a_signature_that_is_none(good().unsigned().set("signature", "%%%"))]
fn what_lacks_something_is_malformed(#[case] data: Builder) {
    let answer = verifier().verify(&data.build(), noon());
    assert_eq!(answer.unwrap_err(), InitDataError::Malformed);
}

#[test]
fn a_key_that_comes_twice_is_refused_even_when_signed() {
    let mut data = good();
    let user = data.pairs[0].clone();
    data.pairs.push(user);
    let answer = verifier().verify(&data.build(), noon());
    assert_eq!(answer.unwrap_err(), InitDataError::Malformed);
}

#[test]
fn too_much_is_refused_before_it_is_looked_at() {
    let data = good().set("start_param", &"x".repeat(5000)).build();
    let answer = verifier().verify(&data, noon());
    assert_eq!(answer.unwrap_err(), InitDataError::Malformed);
}

#[test]
fn nothing_is_missing() {
    assert_eq!(
        verifier().verify("", noon()).unwrap_err(),
        InitDataError::Missing
    );
}

#[test]
fn what_is_cut_short_never_verifies() {
    let data = good().build();
    for length in 1..data.len() {
        let answer = verifier().verify(&data[..length], noon());
        assert!(matches!(
            answer,
            Err(InitDataError::Malformed | InitDataError::Forged)
        ));
    }
}

#[test]
fn an_odd_language_is_left_out() {
    let data = good()
        .set("user", r#"{"id":5,"language_code":"<b>"}"#)
        .build();
    assert_eq!(verifier().verify(&data, noon()).unwrap().language, None);
}

#[test]
fn the_same_data_in_another_order_is_the_same_data() {
    let data = good().build();
    let mut pairs: Vec<_> = data.split('&').collect();
    pairs.reverse();
    let verifier = verifier();
    let first = verifier.verify(&data, noon()).unwrap();
    let turned = verifier.verify(&pairs.join("&"), noon()).unwrap();
    assert_eq!(first.digest, turned.digest);
}

#[test]
fn telegrams_keys_are_keys() {
    assert_eq!(telegram_keys().len(), TELEGRAM_KEYS.len());
}

#[test]
fn nothing_secret_is_in_debug() {
    let settings = settings("https://sesame.example");
    let data = Verifier::new(&settings).verify(&good().build(), noon());
    let words = format!("{settings:?} {:?} {data:?}", verifier());
    assert!(!words.contains(BOT_TOKEN.split(':').nth(1).unwrap()));
    assert!(words.contains("4242"), "the bot's id is public");
}

proptest! {
    #[test]
    fn mutated_init_data_never_verifies(at: prop::sample::Index, byte in 0x20_u8..0x7f) {
        let data = good().build();
        let mut bytes = data.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let mutated = String::from_utf8(bytes).unwrap();
        // The same pairs written otherwise (upper-case hex digits) are the same data.
        let decoded = |text: &str| {
            url::form_urlencoded::parse(text.as_bytes())
                .map(|(key, value)| match &*key {
                    "hash" => (key.into_owned(), value.to_ascii_lowercase()),
                    _ => (key.into_owned(), value.into_owned()),
                })
                .collect::<Vec<_>>()
        };
        let same = decoded(&mutated) == decoded(&data);
        prop_assert_eq!(verifier().verify(&mutated, noon()).is_ok(), same);
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in "[ -~]{0,300}") {
        prop_assert!(verifier().verify(&text, noon()).is_err());
    }
}
