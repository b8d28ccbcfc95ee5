//! The format: how serde's values become JSON.

use std::fmt::{self, Display, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grammers_tl_types::Serializable;
use serde::ser::{self, Serialize};

use super::names::Names;
use super::text;

/// What is good for the account alone, and opens what it may open.
const SECRETS: [&str; 2] = ["access_hash", "file_reference"];

/// A value as JSON, on one line.
pub(in crate::telegram) fn to_json<T: Serialize + Serializable>(value: &T) -> String {
    let names = Names::of(&value.to_bytes());
    let mut out = String::new();
    let writer = Writer {
        out: &mut out,
        names: &names,
        is_given: true,
    };
    let written = Serialize::serialize(value, writer);
    // The format itself refuses nothing, and writing to a string cannot fail.
    if written.is_err() {
        out.clear();
        out.push_str("null");
    }
    out
}

/// Whether a value is there at all, or is what is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Whole,
    Nothing,
}

/// What a format may refuse; this one nothing.
#[derive(Debug)]
struct Never;

impl Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value of Telegram's")
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Answer = Result<Written, Never>;

/// Writes one value.
struct Writer<'a> {
    out: &'a mut String,
    names: &'a Names,
    /// A flag that is not set is left out; of a truth value that was given, and
    /// in a list, also "false" says something.
    is_given: bool,
}

impl<'a> Writer<'a> {
    #[allow(
        clippy::unnecessary_wraps,
        reason = "what it is asked by answers like this"
    )]
    fn word(self, word: impl Display) -> Answer {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{word}");
        Ok(Written::Whole)
    }

    fn many(self, close: char) -> Many<'a> {
        Many {
            out: self.out,
            names: self.names,
            is_first: true,
            close,
        }
    }

    fn list(self) -> Many<'a> {
        self.out.push('[');
        self.many(']')
    }

    fn object(self, constructor: &str) -> Many<'a> {
        self.out.push_str("{\"_\":");
        text::push(self.out, constructor);
        let mut fields = self.many('}');
        fields.is_first = false;
        fields
    }
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = Written;
    type Error = Never;
    type SerializeSeq = Many<'a>;
    type SerializeTuple = Many<'a>;
    type SerializeTupleStruct = Many<'a>;
    type SerializeTupleVariant = Many<'a>;
    type SerializeMap = Many<'a>;
    type SerializeStruct = Many<'a>;
    type SerializeStructVariant = Many<'a>;

    fn serialize_bool(self, value: bool) -> Answer {
        if !value && !self.is_given {
            return Ok(Written::Nothing);
        }
        self.word(value)
    }

    fn serialize_i8(self, value: i8) -> Answer {
        self.word(value)
    }

    fn serialize_i16(self, value: i16) -> Answer {
        self.word(value)
    }

    fn serialize_i32(self, value: i32) -> Answer {
        self.word(value)
    }

    fn serialize_i64(self, value: i64) -> Answer {
        self.word(value)
    }

    fn serialize_u8(self, value: u8) -> Answer {
        self.word(value)
    }

    fn serialize_u16(self, value: u16) -> Answer {
        self.word(value)
    }

    fn serialize_u32(self, value: u32) -> Answer {
        self.word(value)
    }

    fn serialize_u64(self, value: u64) -> Answer {
        self.word(value)
    }

    fn serialize_f32(self, value: f32) -> Answer {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Answer {
        // JSON has no word for what is no number. Digits as short as they can be
        // and still be the same number.
        let number = serde_json::Number::from_f64(value);
        match number {
            Some(number) => self.word(number),
            None => self.word("null"),
        }
    }

    fn serialize_char(self, value: char) -> Answer {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Answer {
        text::push(self.out, value);
        Ok(Written::Whole)
    }

    fn serialize_bytes(self, value: &[u8]) -> Answer {
        self.out.push('"');
        STANDARD.encode_string(value, self.out);
        self.out.push('"');
        Ok(Written::Whole)
    }

    fn serialize_none(self) -> Answer {
        Ok(Written::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Answer {
        value.serialize(Writer {
            is_given: true,
            ..self
        })
    }

    fn serialize_unit(self) -> Answer {
        Ok(Written::Nothing)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Answer {
        let name = self.names.of_struct(name);
        ser::SerializeStruct::end(self.object(&name))
    }

    fn serialize_unit_variant(self, of: &'static str, _: u32, variant: &'static str) -> Answer {
        let name = self.names.of_variant(of, variant);
        ser::SerializeStruct::end(self.object(&name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Answer {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Answer {
        // Which one it is the struct inside says.
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Many<'a>, Never> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<Many<'a>, Never> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Many<'a>, Never> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Many<'a>, Never> {
        Ok(self.list())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Many<'a>, Never> {
        self.out.push('{');
        Ok(self.many('}'))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Many<'a>, Never> {
        let name = self.names.of_struct(name);
        Ok(self.object(&name))
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Many<'a>, Never> {
        let name = self.names.of_variant(of, variant);
        Ok(self.object(&name))
    }
}

/// Writes what consists of several values.
struct Many<'a> {
    out: &'a mut String,
    names: &'a Names,
    is_first: bool,
    close: char,
}

impl Many<'_> {
    fn part(&mut self) {
        if !self.is_first {
            self.out.push(',');
        }
        self.is_first = false;
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T, is_given: bool) -> Answer {
        value.serialize(Writer {
            out: self.out,
            names: self.names,
            is_given,
        })
    }

    /// In a list everything has its place.
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.part();
        if self.value(value, true)? == Written::Nothing {
            self.out.push_str("null");
        }
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Never> {
        if SECRETS.contains(&key) {
            return Ok(());
        }
        let (before, was_first) = (self.out.len(), self.is_first);
        self.part();
        // The one field that Rust has under another name.
        text::push(self.out, if key == "is_self" { "self" } else { key });
        self.out.push(':');
        if self.value(value, false)? == Written::Nothing {
            self.out.truncate(before);
            self.is_first = was_first;
        }
        Ok(())
    }

    #[allow(
        clippy::unnecessary_wraps,
        reason = "what it is asked by answers like this"
    )]
    fn close(self) -> Answer {
        self.out.push(self.close);
        Ok(Written::Whole)
    }
}

macro_rules! lists {
    ($($list:ident $element:ident;)*) => {
        $(
            impl ser::$list for Many<'_> {
                type Ok = Written;
                type Error = Never;

                fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                    self.element(value)
                }

                fn end(self) -> Answer {
                    self.close()
                }
            }
        )*
    };
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($kind:ident)*) => {
        $(
            impl ser::$kind for Many<'_> {
                type Ok = Written;
                type Error = Never;

                fn serialize_field<T: Serialize + ?Sized>(
                    &mut self,
                    key: &'static str,
                    value: &T,
                ) -> Result<(), Never> {
                    self.field(key, value)
                }

                fn end(self) -> Answer {
                    self.close()
                }
            }
        )*
    };
}

structs! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Many<'_> {
    type Ok = Written;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.out.push(':');
        self.is_first = true;
        self.element(value)?;
        self.is_first = false;
        Ok(())
    }

    fn end(self) -> Answer {
        self.close()
    }
}
