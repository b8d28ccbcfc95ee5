//! One believable example of every kind of message and of everything that can
//! happen in a chat, as the schema of layer 230 has them.
//!
//! They are the same every time: their texts, files and dates follow from the
//! examples (`*.json`, as `tl_json` reads them) and the chat.

use serde_json::{Value, json};

use crate::tl_json::{DraftError, Manner, TlMessage, put_all};
use crate::world::{Chat, World};

const WORDS: &str = include_str!("words.json");
const MEDIA: &str = include_str!("media.json");
const RICH: &str = include_str!("rich.json");
const ACTIONS: &str = include_str!("actions.json");

/// When the first example was sent: 2025-06-15 15:06:40 UTC.
const BEGINNING: i64 = 1_750_000_000;
/// How far they are apart, in seconds.
const STEP: i64 = 60;

/// The examples, oldest first.
pub(crate) fn examples() -> Result<Vec<TlMessage>, DraftError> {
    let mut all = Vec::new();
    for part in [WORDS, MEDIA, RICH, ACTIONS] {
        let part: Vec<TlMessage> = serde_json::from_str(part)
            .map_err(|error| DraftError::new(format!("an example: {error}")))?;
        all.extend(part);
    }
    for (at, example) in (0..).zip(&mut all) {
        example.date = Some(BEGINNING + at * STEP);
        let turn = if at % 2 == 0 { "$me" } else { "$other" };
        example.from.get_or_insert_with(|| Value::from(turn));
    }
    Ok(all)
}

/// Fills a chat with all of them, as if they had been there; their numbers by name.
///
/// # Errors
///
/// If the chat's members cannot be what examples name, such as its owner.
pub fn fill(world: &World, chat: &Chat) -> Result<Value, DraftError> {
    let put = put_all(world, chat, examples()?, Manner::Found)?;
    let ids = put.into_iter();
    let ids = ids.map(|(name, id)| (name.unwrap_or_default(), json!(id)));
    Ok(Value::Object(ids.collect()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use grammers_tl_types::{Deserializable as _, Serializable as _, enums};
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    use super::*;
    use crate::dc::shown_message;
    use crate::tl_json::variant_name;
    use crate::world::{ChatKind, NewChat, NewPerson};

    /// Asks a type of the schema for the names of its constructors.
    #[derive(Default)]
    struct Names(&'static [&'static str]);

    impl<'de> Deserializer<'de> for &mut Names {
        type Error = serde::de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(Self::Error::custom("no constructors"))
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            variants: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            self.0 = variants;
            Err(Self::Error::custom("only the names"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier
            ignored_any
        }
    }

    fn constructors<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
        let mut names = Names::default();
        let _ = T::deserialize(&mut names);
        names.0
    }

    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(object) => {
                if let Some(name) = object.get("_").and_then(Value::as_str) {
                    found.insert(name.to_owned());
                }
                object.values().for_each(|value| collect(value, found));
            }
            _ => {}
        }
    }

    /// What of a type has no example; its constructors begin with `prefix`.
    fn missing(of_type: &str, prefix: &str, all: &[&str], found: &BTreeSet<String>) -> Vec<String> {
        let theirs = found.iter().filter(|name| name.starts_with(prefix));
        let shown: BTreeSet<_> = theirs.map(|name| variant_name(of_type, name)).collect();
        let missing = all.iter().filter(|name| !shown.contains(**name));
        missing.map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn there_is_an_example_of_everything_that_the_schema_has() {
        let mut found = BTreeSet::from(["textPlain".to_owned()]);
        for example in examples().unwrap() {
            collect(&example.message, &mut found);
        }
        let actions = constructors::<enums::MessageAction>();
        assert!(actions.len() > 60);
        let none: [String; 0] = [];
        assert_eq!(
            missing("MessageAction", "messageAction", actions, &found),
            none
        );
        let media = constructors::<enums::MessageMedia>();
        assert_eq!(missing("MessageMedia", "messageMedia", media, &found), none);
        // These two are what clients send.
        let entities = constructors::<enums::MessageEntity>();
        let only_sent = ["InputMessageEntityMentionName"];
        assert_eq!(
            missing("MessageEntity", "messageEntity", entities, &found),
            only_sent
        );
        let blocks = constructors::<enums::PageBlock>();
        let only_sent = ["InputPageBlockMap"];
        assert_eq!(missing("PageBlock", "pageBlock", blocks, &found), only_sent);
        let texts = constructors::<enums::RichText>();
        assert_eq!(missing("RichText", "text", texts, &found), none);
        let markup = constructors::<enums::ReplyMarkup>();
        assert_eq!(missing("ReplyMarkup", "reply", markup, &found), none);
    }

    fn filled() -> (World, std::sync::Arc<Chat>) {
        let world = World::default();
        let person = |first_name: &str| {
            let new = NewPerson {
                id: None,
                first_name: first_name.to_owned(),
                last_name: None,
                username: None,
                phone: None,
                language: None,
                home_dc: None,
            };
            world.people().create(new).unwrap().id
        };
        let members = vec![person("Ada"), person("Ben")];
        let new = NewChat {
            kind: ChatKind::Supergroup,
            title: "Everything".to_owned(),
            username: None,
            members,
        };
        let chat = world.chats().create(new, BEGINNING).unwrap();
        fill(&world, &chat).unwrap();
        (world, chat)
    }

    #[test]
    fn examples_can_be_read_by_clients_of_both_layers_and_are_the_same_every_time() {
        let (_world, chat) = filled();
        let (_other_world, again) = filled();
        let all = |chat: &Chat| chat.messages(|all| all.oldest_first().collect::<Vec<_>>());
        let (first, second) = (all(&chat), all(&again));
        assert_eq!(first.len(), examples().unwrap().len());
        for (one, two) in first.iter().zip(&second) {
            assert_eq!((one.id, one.date, &one.text), (two.id, two.date, &two.text));
            let files = |message: &crate::world::Message| -> Vec<i64> {
                let body = message.body.as_deref();
                body.map_or_else(Vec::new, |body| body.files.iter().map(|it| it.id).collect())
            };
            assert_eq!(files(one), files(two));
            for layer in [229, 230] {
                let shown = shown_message(&chat, one, one.from.unwrap(), layer);
                let bytes = shown.to_bytes();
                assert_eq!(enums::Message::from_bytes(&bytes).unwrap(), shown);
                if layer == 229 {
                    for newer in [0xfdab_bfcdu32, 0x3cd2_a36a, 0x9329_ea33, 0x69b8_c4bf] {
                        let newer = newer.to_le_bytes();
                        assert!(!bytes.chunks(4).any(|word| word == newer), "{shown:?}");
                    }
                }
            }
        }
    }
}
