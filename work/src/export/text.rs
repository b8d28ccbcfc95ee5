//! Texts with entities, as Telegram Desktop cuts them into parts.

use super::context::Context;
use super::json::{Json, Layout, Object};
use super::schema::Tl;

/// A part of a text.
struct Part {
    kind: &'static str,
    text: String,
    extra: Option<(&'static str, Json)>,
}

const PLAIN: &str = "plain";

impl Part {
    fn object(&self) -> Json {
        let mut object = Object::new();
        object.put("type", Json::text(self.kind));
        object.put("text", Json::text(&*self.text));
        if let Some((key, value)) = &self.extra {
            object.put(key, value.clone());
        }
        object.into()
    }
}

/// A text in both forms that a message has: alone or mixed, and as objects.
pub(super) struct Text(Vec<Part>);

impl Text {
    /// What is in these fields of a value. Custom emoji are the paths of their
    /// files.
    pub(super) fn of_message(cx: &mut Context<'_>, message: Tl<'_>) -> Self {
        Self(parts(
            message.text("message"),
            message.list("entities"),
            |id| Json::text(cx.emoji_path(id)),
        ))
    }

    /// A `textWithEntities`; custom emoji are their ids.
    pub(super) fn of(text: Tl<'_>) -> Self {
        Self(parts(text.text("text"), text.list("entities"), Json::id))
    }

    /// A text if it is plain, else a list.
    pub(super) fn mixed(&self, layout: Layout) -> Json {
        match self.0.as_slice() {
            [] => Json::text(""),
            [only] if only.kind == PLAIN => Json::text(&*only.text),
            parts => {
                let mixed = parts.iter().map(|part| {
                    if part.kind == PLAIN {
                        Json::text(&*part.text)
                    } else {
                        part.object()
                    }
                });
                Json::List(mixed.collect(), layout)
            }
        }
    }

    /// A list of objects.
    pub(super) fn objects(&self) -> Json {
        Json::short(self.0.iter().map(Part::object))
    }
}

/// Positions count UTF-16 units. An entity that begins before the end of the one
/// before it is left out, so that none is within another. The end is measured in
/// bytes, so that an empty part follows where the last entity ends a text that has
/// more bytes than units: so Telegram Desktop does it.
fn parts<'a>(
    text: &str,
    entities: impl Iterator<Item = Tl<'a>>,
    mut emoji: impl FnMut(i64) -> Json,
) -> Vec<Part> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let end = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let cut = |from: i64, until: i64| {
        let most = units.len();
        let place = |at: i64| usize::try_from(at).unwrap_or(most).min(most);
        String::from_utf16_lossy(&units[place(from)..place(until)])
    };
    let plain = |from, until| Part {
        kind: PLAIN,
        text: cut(from, until),
        extra: None,
    };
    let mut parts = Vec::new();
    let mut at = 0;
    for entity in entities {
        let (from, length) = (entity.int("offset"), entity.int("length"));
        let until = from.saturating_add(length);
        if from < at || length <= 0 || until > end {
            continue;
        }
        if from > at {
            parts.push(plain(at, from));
        }
        parts.push(Part {
            kind: kind(entity.name()),
            text: cut(from, until),
            extra: extra(entity, &mut emoji),
        });
        at = until;
    }
    if end > at {
        parts.push(plain(at, end));
    }
    parts
}

fn kind(entity: &str) -> &'static str {
    match entity {
        "messageEntityMention" => "mention",
        "messageEntityHashtag" => "hashtag",
        "messageEntityBotCommand" => "bot_command",
        "messageEntityUrl" => "link",
        "messageEntityEmail" => "email",
        "messageEntityBold" => "bold",
        "messageEntityItalic" => "italic",
        "messageEntityCode" => "code",
        "messageEntityPre" => "pre",
        "messageEntityTextUrl" => "text_link",
        "messageEntityMentionName" | "inputMessageEntityMentionName" => "mention_name",
        "messageEntityPhone" => "phone",
        "messageEntityCashtag" => "cashtag",
        "messageEntityUnderline" => "underline",
        "messageEntityStrike" => "strikethrough",
        "messageEntityBlockquote" => "blockquote",
        "messageEntityBankCard" => "bank_card",
        "messageEntitySpoiler" => "spoiler",
        "messageEntityCustomEmoji" => "custom_emoji",
        // Also dates and differences, for which Telegram Desktop has no word.
        _ => "unknown",
    }
}

fn extra(entity: Tl<'_>, emoji: &mut impl FnMut(i64) -> Json) -> Option<(&'static str, Json)> {
    match entity.name() {
        "messageEntityPre" => Some(("language", Json::text(entity.text("language")))),
        "messageEntityTextUrl" => Some(("href", Json::text(entity.text("url")))),
        "messageEntityMentionName" => Some(("user_id", Json::int(entity.int("user_id")))),
        "messageEntityCustomEmoji" => Some(("document_id", emoji(entity.int("document_id")))),
        "messageEntityBlockquote" => Some(("collapsed", Json::Bool(entity.flag("collapsed")))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn of(text: &str, entities: &Value) -> (Value, Value) {
        let value = json!({"_": "textWithEntities", "text": text, "entities": entities});
        let text = Text::of(Tl::of(&value));
        let read = |json: Json| {
            let mut out = String::new();
            json.write(&mut out, 0);
            serde_json::from_str(&out).unwrap()
        };
        (read(text.mixed(Layout::Lines)), read(text.objects()))
    }

    fn bold(offset: i64, length: i64) -> Value {
        json!({"_": "messageEntityBold", "offset": offset, "length": length})
    }

    #[test]
    fn a_text_is_alone_where_it_is_plain_and_mixed_where_it_is_not() {
        assert_eq!(of("", &json!([])), (json!(""), json!([])));
        assert_eq!(
            of("plain", &json!([])),
            (json!("plain"), json!([{"type": "plain", "text": "plain"}]))
        );
        let bold_one = json!({"type": "bold", "text": "bold"});
        assert_eq!(of("bold", &json!([bold(0, 4)])).0, json!([bold_one]));
        assert_eq!(
            of("a bold b", &json!([bold(2, 4)])).0,
            json!(["a ", bold_one, " b"])
        );
    }

    #[test]
    fn an_empty_part_follows_where_telegram_desktop_has_one() {
        let (mixed, objects) = of("жирный", &json!([bold(0, 6)]));
        assert_eq!(mixed, json!([{"type": "bold", "text": "жирный"}, ""]));
        assert_eq!(objects[1], json!({"type": "plain", "text": ""}));
        // Not where plain text ends it.
        assert_eq!(
            of("жир!", &json!([bold(0, 3)])).0,
            json!([{"type": "bold", "text": "жир"}, "!"])
        );
    }

    #[test]
    fn entities_that_do_not_fit_are_left_out() {
        let (mixed, _) = of(
            "abcdef",
            &json!([
                bold(0, 3),
                bold(2, 2),
                bold(3, 0),
                bold(-1, 2),
                bold(4, 9),
                bold(4, 1)
            ]),
        );
        assert_eq!(
            mixed,
            json!([{"type": "bold", "text": "abc"}, "d", {"type": "bold", "text": "e"}, "f"])
        );
    }

    #[test]
    fn positions_count_units_of_utf_16() {
        let (mixed, _) = of("👍 ok", &json!([bold(3, 2)]));
        assert_eq!(mixed, json!(["👍 ", {"type": "bold", "text": "ok"}, ""]));
    }

    #[test]
    fn what_an_entity_says_besides_is_there() {
        let entity = |name: &str, rest: Value| {
            let mut entity = bold(0, 1);
            entity["_"] = json!(name);
            for (key, value) in rest.as_object().unwrap() {
                entity[key] = value.clone();
            }
            of("a", &json!([entity])).1[0].clone()
        };
        for (name, given, expected) in [
            (
                "messageEntityPre",
                json!({"language": ""}),
                json!({"type": "pre", "language": ""}),
            ),
            (
                "messageEntityTextUrl",
                json!({"url": "https://a.b"}),
                json!({"type": "text_link", "href": "https://a.b"}),
            ),
            (
                "messageEntityMentionName",
                json!({"user_id": 5}),
                json!({"type": "mention_name", "user_id": 5}),
            ),
            (
                "messageEntityBlockquote",
                json!({"collapsed": true}),
                json!({"type": "blockquote", "collapsed": true}),
            ),
            (
                "messageEntityBlockquote",
                json!({}),
                json!({"type": "blockquote", "collapsed": false}),
            ),
            (
                "messageEntityCustomEmoji",
                json!({"document_id": 5}),
                json!({"type": "custom_emoji", "document_id": "5"}),
            ),
            (
                "messageEntityFormattedDate",
                json!({"date": 5}),
                json!({"type": "unknown"}),
            ),
            (
                "messageEntityTonAddress",
                json!({}),
                json!({"type": "unknown"}),
            ),
        ] {
            let mut expected = expected;
            expected["text"] = json!("a");
            assert_eq!(entity(name, given), expected);
        }
    }

    proptest! {
        #[test]
        fn plain_parts_and_entities_are_the_whole_text(
            text in any::<String>(),
            entities in prop::collection::vec((-2_i64..40, -1_i64..20), 0..8),
        ) {
            let entities: Vec<_> = entities.iter().map(|(from, length)| bold(*from, *length)).collect();
            let (_, objects) = of(&text, &json!(entities));
            let parts = objects.as_array().unwrap().iter();
            let whole: String = parts.map(|part| part["text"].as_str().unwrap()).collect();
            // An entity may cut a character in two; then both halves are unreadable.
            let cut = whole.contains('\u{fffd}');
            prop_assert!(cut || whole == text, "{whole:?} {text:?}");
        }
    }
}
