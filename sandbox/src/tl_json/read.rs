//! Reading objects of the schema.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _,
    MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::names::variant_name;

/// What is wrong with an object, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlJsonError {
    at: String,
    reason: String,
}

impl fmt::Display for TlJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() {
            write!(f, "{}", self.reason)
        } else {
            write!(f, "{}: {}", self.at, self.reason)
        }
    }
}

impl std::error::Error for TlJsonError {}

impl de::Error for TlJsonError {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self {
            at: String::new(),
            reason: reason.to_string(),
        }
    }
}

impl TlJsonError {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            at: String::new(),
            reason: reason.into(),
        }
    }

    fn within(mut self, place: &str) -> Self {
        let dot = if self.at.is_empty() || self.at.starts_with('[') {
            ""
        } else {
            "."
        };
        self.at = format!("{place}{dot}{}", self.at);
        self
    }
}

type Outcome<T> = Result<T, TlJsonError>;

/// An object of the schema from its JSON.
pub(crate) fn from_json<T: DeserializeOwned>(value: &Value) -> Outcome<T> {
    T::deserialize(Node(Some(value)))
}

/// A value, or the place of one that is absent.
#[derive(Clone, Copy)]
struct Node<'v>(Option<&'v Value>);

impl<'v> Node<'v> {
    fn value(self) -> Outcome<&'v Value> {
        self.0.ok_or_else(|| TlJsonError::new("it is missing"))
    }

    fn number(self) -> Outcome<i64> {
        let value = self.value()?;
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| TlJsonError::new("a whole number is expected"))
    }

    fn bytes(self) -> Outcome<Vec<u8>> {
        let text = self.value()?.as_str();
        let bytes = text.and_then(|text| STANDARD.decode(text).ok());
        bytes.ok_or_else(|| TlJsonError::new("bytes in base64 are expected"))
    }

    fn object(self) -> Outcome<&'v Map<String, Value>> {
        let object = self.value()?.as_object();
        object.ok_or_else(|| TlJsonError::new("an object is expected"))
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = TlJsonError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Outcome<V::Value> {
        Err(TlJsonError::new("this cannot be given here"))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            None => visitor.visit_bool(false),
            Some(Value::Bool(value)) => visitor.visit_bool(*value),
            Some(_) => Err(TlJsonError::new("true or false is expected")),
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_i64(self.number()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        let number = self.value()?.as_f64();
        let number = number.ok_or_else(|| TlJsonError::new("a number is expected"))?;
        visitor.visit_f64(number)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        let text = self.value()?.as_str();
        let text = text.ok_or_else(|| TlJsonError::new("text is expected"))?;
        visitor.visit_str(text)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        visitor.visit_byte_buf(self.bytes()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            None | Some(Value::Null) => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Outcome<V::Value> {
        match self.0 {
            None => visitor.visit_seq(Items { rest: &[], at: 0 }),
            Some(Value::Array(items)) => visitor.visit_seq(Items { rest: items, at: 0 }),
            // Bytes in a list are not marked as such.
            Some(Value::String(_)) => {
                let bytes = self.bytes()?.into_iter();
                visitor.visit_seq(de::value::SeqDeserializer::new(bytes))
            }
            Some(_) => Err(TlJsonError::new("a list is expected")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        if let (Some(text @ Value::String(_)), [only]) = (self.0, fields) {
            let field = Some(*only);
            return visitor.visit_map(OnlyField { field, text });
        }
        let object = self.object()?;
        let unknown = |key: &&String| *key != "_" && !fields.contains(&key.as_str());
        if let Some(key) = object.keys().find(unknown) {
            return Err(TlJsonError::new(format!("there is no field `{key}`")));
        }
        visitor.visit_map(Fields {
            object,
            left: fields,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Outcome<V::Value> {
        let constructor = match self.value()? {
            // Of rich texts, the plain one is a text and nothing else.
            Value::String(_) if name == "RichText" => Some("textPlain"),
            Value::String(_) => None,
            _ => self.object()?.get("_").and_then(Value::as_str),
        };
        let variant = match (constructor, variants) {
            (Some(constructor), _) => variant_name(name, constructor),
            (None, [only]) => (*only).to_owned(),
            _ => return Err(TlJsonError::new(format!("`_` has to name a {name}"))),
        };
        let known = variants.iter().find(|it| **it == variant);
        let known = known.ok_or_else(|| {
            let named = constructor.unwrap_or_default();
            TlJsonError::new(format!("{named} is no {name}"))
        })?;
        visitor.visit_enum(Constructor {
            name: known,
            fields: self,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Outcome<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u16 u64 u128 f32 char unit unit_struct tuple tuple_struct map identifier
        ignored_any
    }
}

/// The fields of an object, all that its constructor has.
struct Fields<'v> {
    object: &'v Map<String, Value>,
    left: &'static [&'static str],
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = TlJsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        let Some(field) = self.left.first() else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, TlJsonError> = (*field).into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Outcome<V::Value> {
        let Some((field, left)) = self.left.split_first() else {
            return Err(TlJsonError::new("there is no field left"));
        };
        self.left = left;
        let value = seed.deserialize(Node(self.object.get(*field)));
        value.map_err(|error| error.within(field))
    }
}

/// The one field of an object that is written as a text.
struct OnlyField<'v> {
    field: Option<&'static str>,
    text: &'v Value,
}

impl<'de> MapAccess<'de> for OnlyField<'de> {
    type Error = TlJsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Outcome<Option<K::Value>> {
        let Some(field) = self.field.take() else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, TlJsonError> = field.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Outcome<V::Value> {
        seed.deserialize(Node(Some(self.text)))
    }
}

/// The items of a list.
struct Items<'v> {
    rest: &'v [Value],
    at: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = TlJsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Outcome<Option<T::Value>> {
        let Some((item, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        let place = format!("[{}]", self.at);
        self.at += 1;
        let item = seed.deserialize(Node(Some(item)));
        item.map(Some).map_err(|error| error.within(&place))
    }
}

/// A constructor with its fields.
struct Constructor<'v> {
    name: &'static str,
    fields: Node<'v>,
}

impl<'de> EnumAccess<'de> for Constructor<'de> {
    type Error = TlJsonError;
    type Variant = Node<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Outcome<(V::Value, Node<'de>)> {
        let name: StrDeserializer<'_, TlJsonError> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self.fields))
    }
}

impl<'de> VariantAccess<'de> for Node<'de> {
    type Error = TlJsonError;

    fn unit_variant(self) -> Outcome<()> {
        match self.object()?.keys().find(|key| *key != "_") {
            Some(key) => Err(TlJsonError::new(format!("there is no field `{key}`"))),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Outcome<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Outcome<V::Value> {
        Err(TlJsonError::new("this cannot be given here"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Outcome<V::Value> {
        Err(TlJsonError::new("this cannot be given here"))
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{enums, types};
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_needs_no_more_than_what_has_no_default() {
        let entity: enums::MessageEntity = from_json(
            &json!({"_": "messageEntityTextUrl", "offset": 1, "length": "2", "url": "u"}),
        )
        .unwrap();
        let url = "u".to_owned();
        let (offset, length) = (1, 2);
        let expected = types::MessageEntityTextUrl {
            offset,
            length,
            url,
        };
        assert_eq!(entity, enums::MessageEntity::TextUrl(expected));
        let action: enums::MessageAction =
            from_json(&json!({"_": "messageActionScreenshotTaken"})).unwrap();
        assert_eq!(action, enums::MessageAction::ScreenshotTaken);
        let button: enums::InlineButtonType =
            from_json(&json!({"_": "inlineButtonTypeCallback", "data": "aGk="})).unwrap();
        let expected = types::InlineButtonTypeCallback {
            requires_password: false,
            data: b"hi".to_vec(),
        };
        assert_eq!(button, enums::InlineButtonType::Callback(expected));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = |value: Value| {
            let read: Outcome<enums::MessageMedia> = from_json(&value);
            read.unwrap_err().to_string()
        };
        let geo = |lat: Value| {
            let point = json!({"_": "geoPoint", "long": 1.5, "lat": lat, "access_hash": 1});
            json!({"_": "messageMediaGeo", "geo": point})
        };
        assert_eq!(wrong(geo(json!("north"))), "geo.lat: a number is expected");
        assert_eq!(wrong(json!({"_": "messageMediaGeo"})), "geo: it is missing");
        assert_eq!(
            wrong(json!({"_": "messageMediaDice", "value": 3, "emoticon": "x", "sides": 6})),
            "there is no field `sides`"
        );
        assert_eq!(
            wrong(json!({"_": "messageActionEmpty"})),
            "messageActionEmpty is no MessageMedia"
        );
    }
}
