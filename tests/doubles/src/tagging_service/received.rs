//! What the stand-in received.

use serde_json::Value;

/// A request that arrived whole.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its first line and its headers, as they came.
    pub head: String,
    /// Its body; `null` if it is no JSON.
    pub body: Value,
}

impl Received {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// What the last message says: the posts, and what is wanted.
    pub fn data(&self) -> Value {
        let messages = self.body["messages"].as_array();
        let last = messages.and_then(|it| it.last());
        let content = last.and_then(|it| it["content"].as_str());
        content
            .and_then(|content| serde_json::from_str(content).ok())
            .unwrap_or(Value::Null)
    }

    /// The texts of the posts.
    pub fn texts(&self) -> Vec<String> {
        let data = self.data();
        let posts = data["posts"].as_array().into_iter().flatten();
        let texts = posts.filter_map(|post| post["text"].as_str());
        texts.map(str::to_owned).collect()
    }
}
