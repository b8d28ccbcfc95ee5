//! What values of Telegram's look like as JSON.

use grammers_tl_types::{Serializable, enums, types};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::to_json;

fn parsed<T: Serialize + Serializable>(value: &T) -> Value {
    serde_json::from_str(&to_json(value)).unwrap()
}

fn photo() -> enums::Photo {
    enums::Photo::Photo(types::Photo {
        has_stickers: false,
        id: 9_223_372_036_854_775_807,
        access_hash: 4_711,
        file_reference: vec![1, 2, 3],
        date: 1_800_000_000,
        sizes: vec![
            enums::PhotoSize::PhotoStrippedSize(types::PhotoStrippedSize {
                r#type: "i".to_owned(),
                bytes: vec![1, 40, 40],
            }),
            enums::PhotoSize::Progressive(types::PhotoSizeProgressive {
                r#type: "y".to_owned(),
                w: 10,
                h: 20,
                sizes: vec![1, 2],
            }),
        ],
        video_sizes: None,
        dc_id: 2,
    })
}

#[test]
fn a_value_is_written_under_the_schemas_names_without_what_is_not_set() {
    let media = enums::MessageMedia::Photo(types::MessageMediaPhoto {
        spoiler: true,
        live_photo: false,
        photo: Some(photo()),
        ttl_seconds: None,
        video: None,
    });
    let expected = json!({
        "_": "messageMediaPhoto",
        "spoiler": true,
        "photo": {
            "_": "photo",
            "id": 9_223_372_036_854_775_807_i64,
            "date": 1_800_000_000,
            "sizes": [
                {"_": "photoStrippedSize", "type": "i", "bytes": "ASgo"},
                {"_": "photoSizeProgressive", "type": "y", "w": 10, "h": 20, "sizes": [1, 2]},
            ],
            "dc_id": 2,
        },
    });
    assert_eq!(parsed(&media), expected);
}

#[test]
fn names_are_spelt_as_the_schema_spells_them() {
    use enums::MessageAction as Action;
    let ttl = Action::SetMessagesTtl(types::MessageActionSetMessagesTtl {
        period: 5,
        auto_setting_from: None,
    });
    assert_eq!(
        parsed(&ttl),
        json!({"_": "messageActionSetMessagesTTL", "period": 5})
    );
    // One without fields, one whose name does not begin with its type's, and
    // one in a space of its own.
    assert_eq!(
        parsed(&Action::PinMessage),
        json!({"_": "messageActionPinMessage"})
    );
    let concat = enums::RichText::TextConcat(types::TextConcat {
        texts: vec![enums::RichText::TextEmpty],
    });
    assert_eq!(
        parsed(&concat),
        json!({"_": "textConcat", "texts": [{"_": "textEmpty"}]})
    );
    let dice = enums::MessageMedia::Dice(types::MessageMediaDice {
        value: 3,
        emoticon: "🎲".to_owned(),
        game_outcome: Some(
            types::messages::EmojiGameOutcome {
                seed: vec![255],
                stake_ton_amount: 0,
                ton_amount: -1,
            }
            .into(),
        ),
    });
    assert_eq!(
        parsed(&dice)["game_outcome"],
        json!({"_": "messages.emojiGameOutcome", "seed": "/w==", "stake_ton_amount": 0, "ton_amount": -1})
    );
}

#[test]
fn a_truth_value_that_was_given_is_written_also_when_it_is_false() {
    let edit = enums::MessageAction::TopicEdit(types::MessageActionTopicEdit {
        title: None,
        icon_emoji_id: None,
        closed: Some(false),
        hidden: None,
    });
    assert_eq!(
        parsed(&edit),
        json!({"_": "messageActionTopicEdit", "closed": false})
    );
}

#[test]
fn what_is_no_number_is_null() {
    let point = enums::GeoPoint::Point(types::GeoPoint {
        long: f64::NAN,
        lat: 48.85,
        access_hash: 4_711,
        accuracy_radius: None,
    });
    assert_eq!(
        parsed(&point),
        json!({"_": "geoPoint", "long": null, "lat": 48.85})
    );
}

#[test]
fn secrets_of_the_account_are_left_out() {
    let text = to_json(&photo());
    assert!(!text.contains("4711") && !text.contains("AQID"), "{text}");
}

proptest! {
    #[test]
    fn any_text_comes_back_and_stays_on_one_line(text in any::<String>()) {
        let action = enums::MessageAction::CustomAction(types::MessageActionCustomAction {
            message: text.clone(),
        });
        let line = to_json(&action);
        prop_assert_eq!(line.lines().count(), 1);
        let ends = ['\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'];
        prop_assert!(!line.contains(ends));
        let value: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(value["message"].as_str(), Some(&*text));
    }
}
