//! The parameters of a call, wherever they were written.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::error::ApiError;
use super::multipart::{self, Part};

/// The parameters of a call.
#[derive(Debug, Default)]
pub(super) struct Params {
    // Only JSON bodies have typed values; everything else is text.
    values: BTreeMap<String, Value>,
    files: BTreeMap<String, Part>,
}

impl Params {
    /// Reads the query and the body.
    pub(super) fn read(
        query: Option<&str>,
        content_type: &str,
        body: &Bytes,
    ) -> Result<Self, ApiError> {
        let mut params = Self::default();
        params.add_form(query.unwrap_or_default().as_bytes());
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            _ if body.is_empty() => {}
            "application/json" => params.add_json(body)?,
            "application/x-www-form-urlencoded" => params.add_form(body),
            "multipart/form-data" => params.add_multipart(content_type, body)?,
            _ => return Err(ApiError::bad("unsupported content type")),
        }
        Ok(params)
    }

    /// Parameters that are already JSON.
    pub(super) fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self {
                values: fields.into_iter().collect(),
                files: BTreeMap::new(),
            }),
            _ => None,
        }
    }

    fn add_form(&mut self, form: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(form) {
            self.values
                .insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    fn add_json(&mut self, body: &[u8]) -> Result<(), ApiError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => self.values.extend(fields),
            Ok(_) | Err(_) => return Err(ApiError::bad("can't parse JSON object")),
        }
        Ok(())
    }

    fn add_multipart(&mut self, content_type: &str, body: &Bytes) -> Result<(), ApiError> {
        let parts = multipart::boundary(content_type)
            .and_then(|boundary| multipart::parse(body, &boundary))
            .ok_or_else(|| ApiError::bad("can't parse multipart request"))?;
        for part in parts {
            if part.file_name.is_some() {
                self.files.insert(part.name.clone(), part);
            } else {
                let text = String::from_utf8_lossy(&part.bytes).into_owned();
                self.values.insert(part.name, Value::String(text));
            }
        }
        Ok(())
    }

    /// All of them but the files, as they were given.
    pub(super) fn to_json(&self) -> Value {
        Value::Object(self.values.clone().into_iter().collect())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// A whole number, which may be written as text.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A switch; off if absent.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::Number(number)) => number.as_i64() != Some(0),
            Some(Value::String(text)) => {
                matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1")
            }
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => false,
        }
    }

    /// A JSON value, which may be written as text.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad(format!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A JSON value of a known shape.
    pub(super) fn typed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.json(name)?
            .map(serde_json::from_value)
            .transpose()
            .map_err(|_| ApiError::bad(format!("can't parse {name} JSON object")))
    }

    /// An uploaded file: under this name, or attached under another.
    pub(super) fn file(&self, name: &str) -> Option<&Part> {
        let attached = self
            .text(name)
            .and_then(|text| text.strip_prefix("attach://").map(str::to_owned));
        self.files.get(attached.as_deref().unwrap_or(name))
    }

    /// `chat_id`, which in this sandbox is always a number.
    pub(super) fn chat_id(&self) -> Result<i64, ApiError> {
        match self.text("chat_id") {
            None => Err(ApiError::bad("chat_id is empty")),
            Some(text) if text.is_empty() => Err(ApiError::bad("chat_id is empty")),
            Some(_) => self
                .number("chat_id")
                .ok_or_else(|| ApiError::bad("chat not found")),
        }
    }

    /// `message_id`.
    pub(super) fn message_id(&self) -> Result<i64, ApiError> {
        self.number("message_id")
            .ok_or_else(|| ApiError::bad("message identifier is not specified"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_a_form_and_json_say_the_same() {
        let json = Bytes::from_static(br#"{"chat_id": 42, "silent": true}"#);
        let form = Bytes::from_static(b"chat_id=42&silent=true");
        let read = |query, kind, body: &Bytes| Params::read(query, kind, body).unwrap();
        for params in [
            read(None, "application/json; charset=utf-8", &json),
            read(None, "application/x-www-form-urlencoded", &form),
            read(Some("chat_id=42&silent=True"), "", &Bytes::new()),
        ] {
            assert_eq!(params.chat_id(), Ok(42));
            assert!(params.flag("silent"));
        }
    }

    #[test]
    fn json_may_be_written_as_text() {
        let params = Params::read(Some("reply_markup=%7B%22a%22%3A1%7D"), "", &Bytes::new());
        let value = params.unwrap().json("reply_markup").unwrap().unwrap();
        assert_eq!(value["a"], 1);
    }

    #[test]
    fn a_chat_must_be_named() {
        let params = Params::read(None, "", &Bytes::new()).unwrap();
        assert_eq!(params.chat_id(), Err(ApiError::bad("chat_id is empty")));
    }
}
